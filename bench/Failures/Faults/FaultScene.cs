using Lineup.Cluster.Running;
using Lineup.Cluster.Topologies;
using Lineup.Failures.Load;

namespace Lineup.Failures.Faults;

/// <summary>What a fault happens to.</summary>
/// <param name="Run">The cluster's processes.</param>
/// <param name="Load">The load that there is; null before it begins.</param>
/// <param name="Tell">Where it is told what happens.</param>
internal sealed record FaultScene(ClusterRun Run, OpenLoad? Load, Action<string> Tell)
{
    public IReadOnlyList<RunningService> Silos => Of(ServiceKind.Silo);

    public IReadOnlyList<RunningService> Frontends => Of(ServiceKind.Frontend);

    public RunningService Store => Run.Services.Single(service => service.Description.Kind is ServiceKind.Redis or ServiceKind.Postgres);

    /// <summary>The silo that answers most, since a fault of one that has nothing to do would show nothing.</summary>
    public RunningService BusiestSilo => Load?.BusiestSilo() is { } name ? Run[name] : Silos[0];

    /// <summary>The folder in which a silo keeps what it has fetched from others.</summary>
    public string CacheOf(RunningService silo) => Path.Combine(Run.Places.Data(silo.Description), "cache");

    private List<RunningService> Of(ServiceKind kind) => [.. Run.Services.Where(service => service.Description.Kind == kind)];
}
