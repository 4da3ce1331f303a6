using Lineup.GrainInterfaces.Loads;

namespace Lineup.Grains.Loads;

/// <summary>The one place where all silos' loads meet; in memory alone, since the next reports bring everything again.</summary>
internal sealed class ClusterLoadGrain(TimeProvider clock) : Grain, IClusterLoadGrain
{
    private readonly LoadTable _table = new(clock);

    public Task<ClusterLoads> Report(SiloReport report)
    {
        _table.Add(report);
        return Read();
    }

    public Task<ClusterLoads> Read() => Task.FromResult(_table.Read());
}
