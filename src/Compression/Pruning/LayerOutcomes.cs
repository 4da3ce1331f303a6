using Lineup.Compression.Onnx;

namespace Lineup.Compression.Pruning;

/// <summary>Counts what a layer has become.</summary>
internal static class LayerOutcomes
{
    public static LayerOutcome Of(LayerChoice choice, Graph result, LayerTreatment treatment, double? error, string why)
    {
        var weights = choice.Layer?.Of(result).ReadWeights() ?? [];
        return new(
            choice.Layer?.Name ?? choice.Node.Name,
            LayerSet.Describe(choice.Node),
            choice.Layer is null ? choice.Node.Input(1)?.Constant?.ElementCount ?? 0 : weights.Length,
            weights.Count(weight => weight == 0),
            treatment,
            error,
            why);
    }
}
