using Lineup.GrainInterfaces.Variants;

namespace Lineup.GrainInterfaces.Replicas;

/// <summary>One replica at one moment, as part of its variant's status.</summary>
[GenerateSerializer, Immutable, Alias("lineup.ReplicaStatus")]
public sealed record ReplicaStatus
{
    [Id(0)]
    public required int Number { get; init; }

    [Id(1)]
    public required VariantState State { get; init; }

    /// <summary>Why it failed, or does not answer; null otherwise.</summary>
    [Id(2)]
    public string? Reason { get; init; }

    /// <summary>Name of the silo that owns it; empty where it does not answer.</summary>
    [Id(3)]
    public required string Silo { get; init; }

    /// <summary>Pictures waiting for a lane.</summary>
    [Id(4)]
    public int Waiting { get; init; }

    /// <summary>Expected wait of a picture sent to it now.</summary>
    [Id(5)]
    public TimeSpan PredictedWait { get; init; }

    /// <summary>Growth of its silo's resident memory while it was loaded, in bytes: an estimate; null unless loaded. Replicas on one silo share it.</summary>
    [Id(6)]
    public long? SessionBytes { get; init; }
}
