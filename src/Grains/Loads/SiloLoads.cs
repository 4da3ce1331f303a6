using Lineup.GrainInterfaces.Loads;

namespace Lineup.Grains.Loads;

/// <summary>The cluster's loads as this silo heard them last. Thread-safe.</summary>
internal sealed class SiloLoads(TimeProvider clock)
{
    /// <summary>After this many intervals without news, nothing is better than what was true then.</summary>
    private const int Staleness = 5;

    private volatile Heard? _heard;

    /// <summary>Nothing where there is no news, which everything must be able to live with.</summary>
    public ClusterLoads Latest => _heard is { } heard && clock.GetElapsedTime(heard.At) < heard.Loads.Interval * Staleness ? heard.Loads : ClusterLoads.None;

    public void Hear(ClusterLoads loads) => _heard = new(loads, clock.GetTimestamp());

    private sealed record Heard(ClusterLoads Loads, long At);
}
