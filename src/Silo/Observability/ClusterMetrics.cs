using System.Diagnostics.Metrics;
using Orleans.Runtime;

namespace Lineup.Silo.Observability;

/// <summary>The cluster's members as this silo sees them.</summary>
internal sealed class ClusterMetrics
{
    private static readonly SiloStatus[] Statuses = [SiloStatus.Joining, SiloStatus.Active, SiloStatus.ShuttingDown, SiloStatus.Stopping, SiloStatus.Dead];

    private readonly ISiloStatusOracle _oracle;

    public ClusterMetrics(IMeterFactory meters, ISiloStatusOracle oracle)
    {
        _oracle = oracle;
        meters.Create("Lineup.Cluster").CreateObservableGauge("lineup.cluster.silos", Count, "{silo}", "Silos by status, as this silo sees them.");
    }

    private IEnumerable<Measurement<int>> Count()
    {
        var silos = _oracle.GetApproximateSiloStatuses().Values;
        return Statuses.Select(status => new Measurement<int>(
            silos.Count(silo => silo == status), new KeyValuePair<string, object?>("status", Word(status))));
    }

    private static string Word(SiloStatus status) => status == SiloStatus.ShuttingDown ? "shutting_down" : status.ToString().ToLowerInvariant();
}
