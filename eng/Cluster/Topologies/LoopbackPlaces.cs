namespace Lineup.Cluster.Topologies;

/// <summary>
/// All services on this machine's loopback. Those of one kind count their ports up: silo2 listens one port above silo1. With a first
/// port given, all ports follow one another from there instead, in the order of the topology.
/// </summary>
public sealed class LoopbackPlaces : IPlaces
{
    private const string Loopback = "127.0.0.1";

    private readonly Dictionary<(string Service, string Port), int> _ports = [];
    private readonly string _folder;

    /// <param name="topology">What there is.</param>
    /// <param name="folder">Where each service gets a folder.</param>
    /// <param name="firstPort">The port to count from; null for the usual ones.</param>
    public LoopbackPlaces(Topology topology, string folder, int? firstPort)
    {
        _folder = folder;
        var next = firstPort;
        foreach (var kind in topology.Services.GroupBy(service => service.Kind))
        {
            foreach (var (service, index) in kind.Select((service, index) => (service, index)))
            {
                foreach (var (port, number) in topology.KindOf(service).Ports)
                    _ports[(service.Name, port)] = next is null ? number + index : next++.Value;
            }
        }
    }

    public string Host(ServiceDescription service) => Loopback;

    public string Bind(ServiceDescription service) => Loopback;

    public int Port(ServiceDescription service, string port) => _ports[(service.Name, port)];

    public string Data(ServiceDescription service) => Path.Combine(_folder, service.Name);

    public string Secrets(ServiceDescription service) => Path.Combine(_folder, "secrets");
}
