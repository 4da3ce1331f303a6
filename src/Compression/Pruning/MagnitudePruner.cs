using Lineup.Compression.Onnx;

namespace Lineup.Compression.Pruning;

/// <summary>Zeroes the smallest weights of every layer and leaves it at that: what the other method is to be held against.</summary>
internal static class MagnitudePruner
{
    public static PruningResult Run(OnnxModel original, LayerSet layers, PruningOptions options)
    {
        var pruned = original.Clone();
        foreach (var layer in layers.Layers)
        {
            var weights = layer.ReadWeights();
            var smallest = Enumerable.Range(0, weights.Length).OrderBy(i => Math.Abs(weights[i])).ThenBy(i => i);
            foreach (var i in smallest.Take((int)Math.Round(options.Sparsity * weights.Length)))
                weights[i] = 0;
            layer.Of(pruned.Graph).Write(weights, null);
        }

        var outcomes = layers.Choices.Select(choice => LayerOutcomes.Of(
            choice,
            pruned.Graph,
            choice.Layer is null ? LayerTreatment.Untouched : LayerTreatment.Pruned,
            error: null,
            choice.Layer is null ? choice.Why : "by magnitude all layers are alike"));
        return new(pruned, [.. outcomes], layers.Weights, null);
    }
}
