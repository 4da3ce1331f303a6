using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>
/// Collects the statistics of many layers of the original, as many at a time as fit into a budget: each group costs a pass over the
/// views, all at once would cost gigabytes where layers have thousands of inputs (ResNet-50).
/// </summary>
internal sealed class LayerSurvey(OnnxModel original, CalibrationViews views, MomentCollector collector, PruningSettings settings)
{
    /// <param name="layers">Dense layers, in the order of the graph.</param>
    /// <param name="take">Called with each layer's statistics, in order. What it keeps of them is its own affair.</param>
    /// <param name="progress">Told the share that is done.</param>
    public void Run(IReadOnlyList<PrunableLayer> layers, Action<PrunableLayer, Moments, ActivationMoments?> take, Action<double> progress)
    {
        var groups = Groups(layers, settings.SurveyBytes);
        var count = settings.Split(views.Count).Survey;
        for (var g = 0; g < groups.Count; g++)
        {
            var group = groups[g];
            var values = group.SelectMany(layer => new[] { layer.Input, layer.Output }).Distinct().ToList();
            var moments = group
                .Select(layer => new DenseMoments(
                    layer, new(values.IndexOf(layer.Input), values.IndexOf(layer.Output)), Activation.Behind(layer.Output)))
                .ToList();
            using (var tap = new ActivationStream(original, views).Open(values, fromCheckpoint: false))
                collector.Collect(count, tap.Read, moments, done => progress((g + ((double)done / count)) / groups.Count));

            // One by one, so that what is summed and what comes of it are not both there for all of them.
            for (var i = 0; i < group.Count; i++)
            {
                var (finished, activated) = (moments[i].Finish(), moments[i].Activated);
                moments[i] = null!;
                take(group[i], finished, activated);
            }
        }
    }

    /// <summary>Neighbours together, each group within the budget unless a single layer is beyond it.</summary>
    internal static List<List<PrunableLayer>> Groups(IReadOnlyList<PrunableLayer> layers, long budget)
    {
        var groups = new List<List<PrunableLayer>>();
        var bytes = 0L;
        foreach (var layer in layers)
        {
            var own = DenseMoments.MostBytes(layer);
            if (groups.Count == 0 || bytes + own > budget)
            {
                groups.Add([]);
                bytes = 0;
            }

            groups[^1].Add(layer);
            bytes += own;
        }

        return groups;
    }
}
