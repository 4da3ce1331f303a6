using System.Collections.Concurrent;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Clustering;

/// <summary>
/// References to the grains of variants and their replicas. Making one reads attributes by reflection, 20 us a call; references never go stale, so they are
/// kept. Names come from callers, hence the limit. Thread-safe.
/// </summary>
internal sealed class VariantGrains(IGrainFactory grains)
{
    private const int KeptReferences = 1024;

    private readonly ConcurrentDictionary<VariantReplicaId, IModelVariantGrain> _replicas = new();
    private readonly ConcurrentDictionary<ModelVariantId, IVariantReplicasGrain> _variants = new();

    /// <summary>One replica, to send pictures to.</summary>
    public IModelVariantGrain Get(VariantReplicaId id) => Get(_replicas, id, key => grains.GetGrain<IModelVariantGrain>(key));

    /// <summary>The variant as a whole.</summary>
    public IVariantReplicasGrain Get(ModelVariantId id) => Get(_variants, id, key => grains.GetGrain<IVariantReplicasGrain>(key));

    private static TGrain Get<TId, TGrain>(ConcurrentDictionary<TId, TGrain> references, TId id, Func<string, TGrain> make)
        where TId : struct
    {
        if (references.TryGetValue(id, out var known))
            return known;
        if (references.Count >= KeptReferences)
            references.Clear();
        return references[id] = make(id.ToString()!);
    }
}
