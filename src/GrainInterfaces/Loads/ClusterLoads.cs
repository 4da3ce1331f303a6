using Lineup.GrainInterfaces.Variants;

namespace Lineup.GrainInterfaces.Loads;

/// <summary>How loaded every silo was when it last reported.</summary>
[GenerateSerializer, Immutable, Alias("lineup.ClusterLoads")]
public sealed record ClusterLoads
{
    public static ClusterLoads None { get; } = new() { Silos = [], Interval = TimeSpan.FromSeconds(1) };

    /// <summary>The silos that have reported lately.</summary>
    [Id(0)]
    public required IReadOnlyList<SiloReport> Silos { get; init; }

    /// <summary>Time between two reports of a silo: longer in larger clusters, so that what reporting costs stays bounded.</summary>
    [Id(1)]
    public required TimeSpan Interval { get; init; }
}

/// <summary>How one silo is.</summary>
[GenerateSerializer, Immutable, Alias("lineup.SiloReport")]
public sealed record SiloReport
{
    /// <summary>The silo's name, as in answers and statuses.</summary>
    [Id(0)]
    public required string Silo { get; init; }

    /// <summary>The silo's address in the cluster, with its generation: what <c>SiloAddress.ToParsableString</c> gives.</summary>
    [Id(1)]
    public required string Address { get; init; }

    /// <summary>Where the silo answers HTTP, such as http://10.0.0.5:5100; null where it does not.</summary>
    [Id(2)]
    public string? HttpAddress { get; init; }

    /// <summary>Threads that decode and infer.</summary>
    [Id(3)]
    public required int Lanes { get; init; }

    /// <summary>How many lanes were at work on average since the silo's last report, 0 to <see cref="Lanes"/>.</summary>
    [Id(4)]
    public required double BusyLanes { get; init; }

    /// <summary>Bytes that sessions may still take, on the machine or in the container.</summary>
    [Id(5)]
    public required long FreeBytes { get; init; }

    /// <summary>The silo is about to stop: it finishes what it has and should get nothing new.</summary>
    [Id(6)]
    public bool IsLeaving { get; init; }

    /// <summary>The replicas it hosts.</summary>
    [Id(7)]
    public required IReadOnlyList<ReplicaReport> Replicas { get; init; }

    /// <summary>Time since it reported, by the clock of whoever tells; zero in a report itself.</summary>
    [Id(8)]
    public TimeSpan Age { get; init; }
}

/// <summary>How one replica is.</summary>
/// <param name="Id">Which.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Waiting">Pictures waiting for a lane.</param>
/// <param name="PredictedWait">Expected wait of a picture sent to it now.</param>
/// <param name="RequestsPerSecond">Requests that reached it since the silo's last report, per second.</param>
/// <param name="SessionBytes">What its session takes, in bytes: an estimate; null unless loaded. Replicas on one silo share it.</param>
/// <param name="ServiceTime">What a picture costs a lane, on average of late; null unless loaded.</param>
[GenerateSerializer, Immutable, Alias("lineup.ReplicaReport")]
public sealed record ReplicaReport(
    [property: Id(0)] VariantReplicaId Id,
    [property: Id(1)] VariantState State,
    [property: Id(2)] int Waiting,
    [property: Id(3)] TimeSpan PredictedWait,
    [property: Id(4)] double RequestsPerSecond,
    [property: Id(5)] long? SessionBytes,
    [property: Id(6)] TimeSpan? ServiceTime);
