using Lineup.GrainInterfaces;

namespace Lineup.Grains.Placement;

/// <summary>
/// What this silo has placed lately, and where. It counts as being there until reports, which come later, must have shown it. Thread-safe.
/// </summary>
internal sealed class RecentPlacements(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<VariantReplicaId, (PlacedReplica Placed, long At)> _placed = [];

    public void Add(VariantReplicaId replica, string silo, long sessionBytes)
    {
        lock (_gate)
            _placed[replica] = (new(replica, silo, sessionBytes), clock.GetTimestamp());
    }

    /// <summary>Placements younger than <paramref name="age"/>; older ones are forgotten.</summary>
    public IReadOnlyList<PlacedReplica> YoungerThan(TimeSpan age)
    {
        lock (_gate)
        {
            foreach (var (replica, (_, at)) in _placed)
            {
                if (clock.GetElapsedTime(at) > age)
                    _placed.Remove(replica);
            }

            return [.. _placed.Values.Select(placed => placed.Placed)];
        }
    }
}

/// <summary>A replica that was sent to a silo.</summary>
/// <param name="Replica">Which.</param>
/// <param name="Silo">Address of the silo, with its generation.</param>
/// <param name="SessionBytes">What its session is expected to take there.</param>
internal sealed record PlacedReplica(VariantReplicaId Replica, string Silo, long SessionBytes);
