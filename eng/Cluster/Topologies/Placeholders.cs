using System.Globalization;
using System.Text.RegularExpressions;

namespace Lineup.Cluster.Topologies;

/// <summary>Where services are, in one way of running them: each in a container of its own, or all on this machine.</summary>
public interface IPlaces
{
    /// <summary>The address by which others reach a service.</summary>
    string Host(ServiceDescription service);

    /// <summary>The address that a service listens on.</summary>
    string Bind(ServiceDescription service);

    /// <summary>The port of that name.</summary>
    int Port(ServiceDescription service, string port);

    /// <summary>The folder that is a service's own and lasts.</summary>
    string Data(ServiceDescription service);

    /// <summary>The folder of files whose names are settings.</summary>
    string Secrets(ServiceDescription service);
}

/// <summary>Fills in what the topology's settings leave open, for one way of running the services.</summary>
public sealed partial class Placeholders(Topology topology, StoreKind store, IPlaces places)
{
    /// <summary>
    /// Settings of a service by name, as they are given to it. One whose value is a secret is left out: it is a file in the folder of
    /// secrets.
    /// </summary>
    public Dictionary<string, string> SettingsOf(ServiceDescription service)
    {
        var settings = new Dictionary<string, string>();
        foreach (var (name, value) in topology.KindOf(service).Settings)
        {
            if (value != "{connection}")
                settings[name] = Fill(value, service);
            else if (topology.Stores[store].Connection is { } connection)
                settings[name] = Fill(connection, service);
        }

        return settings;
    }

    private string Fill(string value, ServiceDescription service) => Placeholder().Replace(value, match => match.Groups[1].Value switch
    {
        "name" => service.Name,
        "host" => places.Host(service),
        "bind" => places.Bind(service),
        "data" => places.Data(service),
        "secrets" => places.Secrets(service),
        "store" => store.ToString(),
        "port" => Number(places.Port(service, match.Groups[2].Value)),
        var other => Reach(other, match.Groups[2].Value),
    });

    private string Reach(string name, string port)
    {
        var service = topology.Services.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new InvalidDataException($"A setting refers to {{{name}:{port}}}, but there is no service of that name.");
        return $"{places.Host(service)}:{Number(places.Port(service, port))}";
    }

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{([a-z0-9]+)(?::([a-z0-9]+))?\}")]
    private static partial Regex Placeholder();
}
