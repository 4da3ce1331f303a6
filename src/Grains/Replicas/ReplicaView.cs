using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Loads;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Placement;

namespace Lineup.Grains.Replicas;

/// <summary>What the silos' reports say about the replicas of one variant. Immutable.</summary>
internal sealed class ReplicaView
{
    private readonly ModelVariantId _variant;
    private readonly IReadOnlyList<(SiloReport Silo, ReplicaReport Replica)> _hosted;
    private readonly IReadOnlyList<SiloReport> _usable;

    /// <param name="variant">Whose replicas.</param>
    /// <param name="loads">The latest reports.</param>
    public ReplicaView(ModelVariantId variant, ClusterLoads loads)
    {
        _variant = variant;
        _hosted = [.. loads.Silos.SelectMany(silo => silo.Replicas.Where(replica => replica.Id.Variant == variant).Select(replica => (silo, replica)))];
        var sessionBytes = CandidateTable.SessionBytes(variant, loads, fileBytes: null);
        _usable = [.. loads.Silos.Where(silo => !silo.IsLeaving && (silo.FreeBytes >= sessionBytes && silo.FreeBytes > 0 || HasSession(silo)))];
    }

    /// <summary>Silos that could take a replica, or have one; 0 where nothing is known.</summary>
    public int UsableSilos => _usable.Count;

    /// <summary>Whether a silo hosts the replica.</summary>
    public bool IsHosted(int number) => _hosted.Any(one => one.Replica.Id.Number == number);

    /// <summary>Numbers of the replicas that silos host beyond <paramref name="count"/>.</summary>
    public IReadOnlyList<int> Beyond(int count) => [.. _hosted.Select(one => one.Replica.Id.Number).Where(number => number > count).Distinct().Order()];

    /// <summary>A replica that shares a silo with another of the first <paramref name="count"/>, though a silo that could take one has none; null where there is none.</summary>
    public int? Crowded(int count)
    {
        var published = _hosted.Where(one => one.Replica.Id.Number <= count).ToList();
        return _usable.Any(silo => published.All(one => one.Silo.Address != silo.Address))
            ? published.GroupBy(one => one.Silo.Address).Where(silo => silo.Count() > 1).Select(silo => (int?)silo.Max(one => one.Replica.Id.Number)).FirstOrDefault()
            : null;
    }

    /// <param name="count">Replicas that take pictures.</param>
    /// <param name="most">Replicas that there could be.</param>
    public ScalerSample Sample(int count, int most)
    {
        // Replicas that share a silo share its queue, which counts once; requests were counted by each.
        var queues = _hosted.Where(one => one.Replica.ServiceTime is not null).DistinctBy(one => one.Silo.Address).ToList();
        return new(
            count,
            most,
            TimeSpan.FromSeconds(queues.Count > 0 ? queues.Average(one => one.Replica.PredictedWait.TotalSeconds) : 0),
            _hosted.Sum(one => one.Replica.RequestsPerSecond * (one.Replica.ServiceTime?.TotalSeconds ?? 0)),
            _usable.Count > 0 ? _usable.Average(silo => silo.Lanes) : 1);
    }

    private bool HasSession(SiloReport silo) => silo.Replicas.Any(replica => replica.Id.Variant == _variant && replica.State == VariantState.Ready);
}
