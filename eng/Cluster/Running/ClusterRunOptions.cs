using Lineup.Cluster.Topologies;

namespace Lineup.Cluster.Running;

/// <summary>How the topology is to be run on this machine.</summary>
public sealed record ClusterRunOptions
{
    /// <summary>Folder for data, logs and secrets of all services; it is made if need be, and what is in it is used again.</summary>
    public required string Folder { get; init; }

    /// <summary>Where membership and state are kept. Default: Redis.</summary>
    public StoreKind Store { get; init; } = StoreKind.Redis;

    /// <summary>The port that all ports follow from, in the order of the topology; null: the usual ones, see <see cref="LoopbackPlaces"/>.</summary>
    public int? FirstPort { get; init; }

    /// <summary>Names of the services to run; null: all. What is left out is taken to be there.</summary>
    public IReadOnlyCollection<string>? Only { get; init; }

    /// <summary>A folder of models that all silos share; null: each has its own, which begins with the models that the repository brings.</summary>
    public string? SharedModels { get; init; }

    /// <summary>More settings for services, by name of the service or of its kind in lower case, such as "silo"; later ones win.</summary>
    public IReadOnlyList<(string Service, string Setting, string Value)> Settings { get; init; } = [];

    /// <summary>Processors of a service by its name, as taskset lists them: "0" or "0,1". Others may use all.</summary>
    public IReadOnlyDictionary<string, string> Cores { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a service whose process ends by itself, or is killed, is started anew after a second. Default: true.</summary>
    public bool Restart { get; init; } = true;

    /// <summary>Extra folders in which programs such as haproxy are looked for, before the path.</summary>
    public IReadOnlyList<string> Programs { get; init; } = [];

    /// <summary>Where it is told what happens, a line each. Default: nowhere.</summary>
    public Action<string> Tell { get; init; } = _ => { };
}
