using Orleans.Concurrency;

namespace Lineup.GrainInterfaces.Loads;

/// <summary>
/// Knows how loaded every silo is; one grain, key 0. Silos report to it, frontends read it. It holds nothing that the next reports do
/// not bring again, and nothing depends on its answer: without one, replicas are placed and chosen less cleverly.
/// </summary>
[Alias("lineup.IClusterLoadGrain")]
public interface IClusterLoadGrain : IGrainWithIntegerKey
{
    /// <summary>The one key of this grain.</summary>
    const long Key = 0;

    /// <summary>A silo says how it is, and gets to know how all are. It reports again after <see cref="ClusterLoads.Interval"/>.</summary>
    [AlwaysInterleave, Alias("Report"), ResponseTimeout("00:00:05")]
    Task<ClusterLoads> Report(SiloReport report);

    /// <summary>How all silos are. Worth asking again after <see cref="ClusterLoads.Interval"/>.</summary>
    [AlwaysInterleave, Alias("Read"), ResponseTimeout("00:00:05")]
    Task<ClusterLoads> Read();
}
