using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Loads;
using Lineup.Grains.Loads;
using Lineup.ModelRepository.Storage;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Lineup.Grains.Placement;

/// <summary>Places replicas by what silos reported, and remembers what it placed until they report it.</summary>
internal sealed class VariantPlacementDirector(SiloLoads loads, RecentPlacements recent, ISiloStatusOracle members, ModelStore store) : IPlacementDirector
{
    /// <summary>A report made after a placement is heard everywhere within two intervals; loading may take longer, and counts until then.</summary>
    private const int IntervalsUntilReported = 5;

    public async Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) is { } hint)
            return hint;

        // A key that names no replica fails on any silo, with a message that says so.
        if (silos.Length == 1 || !VariantReplicaId.TryParse(target.GrainIdentity.Key.ToString(), out var replica))
            return silos[0];

        var known = loads.Latest;
        var sessionBytes = CandidateTable.SessionBytes(replica.Variant, known, fileBytes: null);
        if (sessionBytes == 0)
            sessionBytes = CandidateTable.SessionBytes(replica.Variant, known, await Task.Run(() => FileBytes(replica.Variant)));
        var chosen = silos[Choose(replica, silos, known, sessionBytes)];
        recent.Add(replica, chosen.ToParsableString(), sessionBytes);
        return chosen;
    }

    private int Choose(VariantReplicaId replica, SiloAddress[] silos, ClusterLoads known, long sessionBytes)
    {
        var places = silos.Select(silo => (silo.ToParsableString(), members.TryGetSiloName(silo, out var name) ? name : silo.Endpoint.ToString())).ToList();
        var candidates = CandidateTable.Of(replica, places, known, recent.YoungerThan(known.Interval * IntervalsUntilReported));
        return SiloChooser.Choose(replica, candidates, sessionBytes);
    }

    private long? FileBytes(ModelVariantId id) => store.Find(id.Model, id.Variant) is { IsFound: true, Variant.FileBytes: var bytes } ? bytes : null;
}
