using Lineup.Cluster.Topologies;

namespace Lineup.Failures;

/// <summary>What is to be tried.</summary>
internal sealed record FailurePlan
{
    /// <summary>Names of the faults; empty: all.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>How long there is load for each fault. It happens after a quarter of it.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Share of the capacity that is asked for.</summary>
    public double Share { get; init; } = 0.6;

    /// <summary>Requests a second, instead of a share of what is measured.</summary>
    public double? Rate { get; init; }

    /// <summary>How long capacity is measured.</summary>
    public TimeSpan CapacityDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What each call allows.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    public StoreKind Store { get; init; } = StoreKind.Redis;

    public string Model { get; init; } = "resnet-cifar10";

    public IReadOnlyList<string> Variants { get; init; } = ["original", "int8", "pruned"];

    /// <summary>Replicas of each variant.</summary>
    public int Replicas { get; init; } = 2;

    /// <summary>Whether each silo has the models from the start. Otherwise the last one has none and fetches them from the others.</summary>
    public bool HaveModels { get; init; }

    public int Pictures { get; init; } = 24;

    /// <summary>Where the cluster keeps data and logs; null: a folder that is deleted.</summary>
    public string? Folder { get; init; }

    /// <summary>The port that all others follow from; null: the usual ones.</summary>
    public int? FirstPort { get; init; }

    public Action<string> Tell { get; init; } = _ => { };
}
