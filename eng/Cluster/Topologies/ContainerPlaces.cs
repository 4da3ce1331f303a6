namespace Lineup.Cluster.Topologies;

/// <summary>Each service in a container with an address of its own, which goes by the service's name.</summary>
public sealed class ContainerPlaces(Topology topology) : IPlaces
{
    public string Host(ServiceDescription service) => service.Name;

    public string Bind(ServiceDescription service) => "0.0.0.0";

    public int Port(ServiceDescription service, string port) => topology.KindOf(service).Ports[port];

    public string Data(ServiceDescription service) => "/data";

    public string Secrets(ServiceDescription service) => "/run/secrets";
}
