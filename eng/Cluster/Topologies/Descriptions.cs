namespace Lineup.Cluster.Topologies;

/// <summary>What a service is.</summary>
public enum ServiceKind
{
    Redis,
    Postgres,

    /// <summary>Makes PostgreSQL's tables and ends.</summary>
    Schema,
    Silo,
    Frontend,
    Proxy,
    Prometheus,
    Grafana,
}

/// <summary>Where the cluster keeps its membership and the state of its grains, as in Lineup:Cluster:Store.</summary>
public enum StoreKind
{
    Redis,
    PostgreSql,
}

/// <summary>One service of the cluster.</summary>
public sealed record ServiceDescription
{
    /// <summary>Its name, by which others reach it in a container network.</summary>
    public required string Name { get; init; }

    public required ServiceKind Kind { get; init; }

    /// <summary>Runs only with this profile; null: always.</summary>
    public string? Profile { get; init; }

    /// <summary>Services that must be healthy, or have ended well, before it starts.</summary>
    public IReadOnlyList<string> After { get; init; } = [];
}

/// <summary>What services of one kind have in common.</summary>
public sealed record KindDescription
{
    /// <summary>Ports by name, as they are where each service has an address of its own.</summary>
    public required IReadOnlyDictionary<string, int> Ports { get; init; }

    /// <summary>Settings and variables, by name, with placeholders (see <see cref="Placeholders"/>).</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How to ask for its health; null for one that ends by itself.</summary>
    public HealthDescription? Health { get; init; }

    /// <summary>Whether it does its work and ends.</summary>
    public bool EndsByItself { get; init; }

    /// <summary>The longest it may take from being told to stop, in seconds, before it is killed.</summary>
    public required int StopSeconds { get; init; }
}

/// <summary>How to ask a service for its health.</summary>
public sealed record HealthDescription
{
    /// <summary>Name of the port to ask on.</summary>
    public required string Port { get; init; }

    /// <summary>Path that answers 200 once the service can be used; null: it accepts connections.</summary>
    public string? Path { get; init; }

    /// <summary>Path that answers 200 while the process is alive; null where it has none of its own.</summary>
    public string? LivePath { get; init; }
}

/// <summary>A place for membership and state.</summary>
public sealed record StoreDescription
{
    /// <summary>The service that is it.</summary>
    public required string Service { get; init; }

    /// <summary>The profile that its services run in; null: always.</summary>
    public string? Profile { get; init; }

    /// <summary>How it is reached, with placeholders; null where that holds a password, and so is a secret.</summary>
    public string? Connection { get; init; }
}
