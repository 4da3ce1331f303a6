namespace Lineup.GrainInterfaces.Replicas;

/// <summary>The replicas of a variant that take pictures.</summary>
[GenerateSerializer, Immutable, Alias("lineup.ReplicaSet")]
public sealed record ReplicaSet
{
    [Id(0)]
    public required ModelVariantId Variant { get; init; }

    /// <summary>Numbers of the replicas, ascending, at least one.</summary>
    [Id(1)]
    public required IReadOnlyList<int> Numbers { get; init; }

    /// <summary>Grows whenever the numbers change, across restarts as well.</summary>
    [Id(2)]
    public required long Version { get; init; }

    /// <summary>How long the set may be used before it is asked for again. A replica is let go only when all who knew it have had this time.</summary>
    [Id(3)]
    public required TimeSpan ValidFor { get; init; }

    /// <summary>What is true of a variant that nobody has given more replicas: fit to start with, before the grain was asked.</summary>
    public static ReplicaSet OnlyFirst(ModelVariantId variant) =>
        new() { Variant = variant, Numbers = new[] { 1 }, Version = 0, ValidFor = TimeSpan.FromSeconds(2) };
}
