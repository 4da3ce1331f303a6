using System.Collections.Concurrent;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Clustering;

/// <summary>
/// References to the variants' grains. Making one reads attributes by reflection, 20 us a call; references never go stale, so they are
/// kept. Names come from callers, hence the limit. Thread-safe.
/// </summary>
internal sealed class VariantGrains(IGrainFactory grains)
{
    private const int KeptReferences = 1024;

    private readonly ConcurrentDictionary<ModelVariantId, IModelVariantGrain> _references = new();

    public IModelVariantGrain Get(ModelVariantId id)
    {
        if (_references.TryGetValue(id, out var known))
            return known;
        if (_references.Count >= KeptReferences)
            _references.Clear();
        return _references[id] = grains.GetGrain<IModelVariantGrain>(id.ToString());
    }
}
