using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lineup.Cluster.Topologies;

/// <summary>The cluster as it is deployed, read from deploy/topology.json: what there is, on which ports, with which settings.</summary>
public sealed record Topology
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter<ServiceKind>(JsonNamingPolicy.CamelCase), new JsonStringEnumConverter<StoreKind>() },
    };

    /// <summary>What services of a kind have in common.</summary>
    public required IReadOnlyDictionary<ServiceKind, KindDescription> Kinds { get; init; }

    /// <summary>Where membership and state may be kept.</summary>
    public required IReadOnlyDictionary<StoreKind, StoreDescription> Stores { get; init; }

    /// <summary>All services, each after those that it needs.</summary>
    public required IReadOnlyList<ServiceDescription> Services { get; init; }

    /// <summary>Reads the file, by default the one of the repository that this program was built in.</summary>
    /// <exception cref="InvalidDataException">It contradicts itself; the message names every problem.</exception>
    /// <exception cref="JsonException">It is not of the form described here.</exception>
    public static Topology Load(string? path = null)
    {
        path ??= Path.Combine(SourceTree.Root, "deploy", "topology.json");
        using var stream = File.OpenRead(path);
        var topology = JsonSerializer.Deserialize<Topology>(stream, Json)
            ?? throw new InvalidDataException($"{path} holds null instead of an object.");
        var problems = topology.Problems().ToList();
        return problems.Count == 0 ? topology : throw new InvalidDataException($"{path}: {string.Join("; ", problems)}");
    }

    public KindDescription KindOf(ServiceDescription service) => Kinds[service.Kind];

    /// <summary>The services that run with this store, each after those that it needs: profiles of other stores are left out.</summary>
    public IReadOnlyList<ServiceDescription> With(StoreKind store) =>
        [.. Services.Where(service => service.Profile is null || service.Profile == Stores[store].Profile)];

    private IEnumerable<string> Problems()
    {
        var seen = new HashSet<string>();
        foreach (var service in Services)
        {
            if (!Kinds.ContainsKey(service.Kind))
                yield return $"{service.Name} is of the kind {service.Kind}, which is not described";
            foreach (var needed in service.After.Where(needed => !seen.Contains(needed)))
                yield return $"{service.Name} starts after {needed}, which does not stand before it";
            if (!seen.Add(service.Name))
                yield return $"{service.Name} is there twice";
        }

        foreach (var (kind, description) in Kinds)
        {
            if (description.Health is { } health && !description.Ports.ContainsKey(health.Port))
                yield return $"{kind} is asked for its health on the port {health.Port}, which it does not have";
        }

        foreach (var (store, description) in Stores.Where(one => !seen.Contains(one.Value.Service)))
            yield return $"the store {store} is the service {description.Service}, which is not described";
    }
}
