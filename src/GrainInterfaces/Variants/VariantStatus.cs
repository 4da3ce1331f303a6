using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Statistics;

namespace Lineup.GrainInterfaces.Variants;

/// <summary>Where a variant is in its life.</summary>
[GenerateSerializer, Alias("lineup.VariantState")]
public enum VariantState
{
    /// <summary>Not in memory; the first request brings it in.</summary>
    Absent,
    Loading,
    Warming,
    Ready,

    /// <summary>Being unloaded; accepted requests still finish.</summary>
    Draining,

    /// <summary>It could not be loaded; the reason says why.</summary>
    Failed,
}

/// <summary>A variant, or one replica of it, at one moment.</summary>
[GenerateSerializer, Immutable, Alias("lineup.VariantStatus")]
public sealed record VariantStatus
{
    [Id(0)]
    public required ModelVariantId Id { get; init; }

    /// <summary>Whether the repository holds such a variant.</summary>
    [Id(1)]
    public required bool Exists { get; init; }

    [Id(2)]
    public required VariantState State { get; init; }

    /// <summary>Why it failed or is not there; null otherwise.</summary>
    [Id(3)]
    public string? Reason { get; init; }

    /// <summary>How long loading and warming up took; null unless loaded.</summary>
    [Id(4)]
    public TimeSpan? LoadTime { get; init; }

    /// <summary>Growth of the silo's resident memory while it was loaded, in bytes: an estimate; null unless loaded.</summary>
    [Id(5)]
    public long? SessionBytes { get; init; }

    /// <summary>Pictures waiting for a lane.</summary>
    [Id(6)]
    public int Waiting { get; init; }

    /// <summary>Expected wait of a picture sent now.</summary>
    [Id(7)]
    public TimeSpan PredictedWait { get; init; }

    /// <summary>Name of the silo that owns it; of a variant with replicas on several silos, all of them, with commas.</summary>
    [Id(8)]
    public required string Silo { get; init; }

    /// <summary>What it has served since its grain was activated.</summary>
    [Id(9)]
    public required VariantStatistics Statistics { get; init; }

    /// <summary>The variant's replicas; none in the status of a replica.</summary>
    [Id(10)]
    public IReadOnlyList<ReplicaStatus> Replicas { get; init; } = [];

    /// <summary>How many replicas there should be, and why; null in the status of a replica.</summary>
    [Id(11)]
    public ReplicaPlan? Plan { get; init; }
}
