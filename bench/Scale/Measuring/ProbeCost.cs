using Lineup.Cluster.Running;
using Lineup.Cluster.Topologies;

namespace Lineup.Scale.Measuring;

/// <summary>What a probe costs, by the difference between idle silos that probe each other often and seldom.</summary>
internal static class ProbeCost
{
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(40);

    /// <returns>Microseconds for sending or answering one.</returns>
    public static async Task<double> MeasureAsync(Func<TimeSpan, int, Task<ClusterRun>> startAsync, CancellationToken cancellationToken)
    {
        // Both are there at once, so that what else the machine does disturbs both.
        await using var seldom = await startAsync(Seldom, 0);
        await using var often = await startAsync(Often, 1);
        await Task.Delay(Settling, cancellationToken);
        var (seldomTimes, oftenTimes) = (ProcessorTimes.Now(seldom), ProcessorTimes.Now(often));
        await Task.Delay(Each, cancellationToken);
        var silos = Silos(seldom).Count;

        // Each silo sends to and answers each other one.
        var probes = silos * 2 * (silos - 1) * ((1 / Often.TotalSeconds) - (1 / Seldom.TotalSeconds));
        return Math.Max(0, Silos(often).Sum(oftenTimes.PerSecond) - Silos(seldom).Sum(seldomTimes.PerSecond)) / probes;
    }

    private static List<RunningService> Silos(ClusterRun run) => [.. run.Services.Where(service => service.Description.Kind == ServiceKind.Silo)];
}
