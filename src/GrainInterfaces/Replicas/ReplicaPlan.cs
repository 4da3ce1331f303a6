namespace Lineup.GrainInterfaces.Replicas;

/// <summary>How many replicas a variant should have.</summary>
[GenerateSerializer, Immutable, Alias("lineup.ReplicaPlan")]
public sealed record ReplicaPlan
{
    /// <summary>How many there should be; there are less while they are being loaded, and where there are not enough silos.</summary>
    [Id(0)]
    public required int Wanted { get; init; }

    /// <summary>The load decides, nobody has set a number by hand.</summary>
    [Id(1)]
    public required bool IsAutomatic { get; init; }

    /// <summary>As many as silos can take one now.</summary>
    [Id(2)]
    public required int Most { get; init; }

    /// <summary>Why there are as many as there are, and what keeps them from being more.</summary>
    [Id(3)]
    public required string Reason { get; init; }
}
