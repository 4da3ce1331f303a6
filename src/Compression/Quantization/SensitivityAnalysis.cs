using Lineup.Compression.Answers;
using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Compression.Quantization;

/// <summary>What quantizing one layer alone, its weights and its input, does to the answers.</summary>
public sealed record LayerSensitivity(string Node, Divergence Divergence);

/// <summary>Ranks layers by what quantizing each of them alone costs, so that one knows which to keep in float or to look at.</summary>
internal static class SensitivityAnalysis
{
    public static IReadOnlyList<LayerSensitivity> Run(
        OnnxModel model,
        QuantizationPoints points,
        IReadOnlyList<QuantizedLayer> layers,
        IReadOnlyDictionary<Value, ActivationRange> ranges,
        int largestWeight,
        ReferenceAnswers answers,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var results = new List<LayerSensitivity>();
        foreach (var layer in layers)
        {
            progress?.Report(new("measuring sensitivity", results.Count, layers.Count));
            // Its own weights, not those equalised with a neighbour's, which only make sense together.
            var quantized = QuantizedLayer.From(new(layer.Node), largestWeight, null, ranges[layer.Node.Inputs[0]!].Scale);
            var alone = QuantizedModelBuilder.Build(model, PointsOf(points, layer), [quantized], value => ranges[value]);

            // Without optimisation: ONNX Runtime would otherwise quantize neighbours of its own accord.
            results.Add(new(layer.Node.ToString(), answers.Compare(alone, GraphOptimizationLevel.ORT_DISABLE_ALL, cancellationToken)));
        }

        return [.. results.OrderByDescending(result => result.Divergence.Kl)];
    }

    private static IEnumerable<QuantizationPoint> PointsOf(QuantizationPoints points, QuantizedLayer layer) =>
        points.Find(layer.Node.Inputs[0]!) is { } point ? [point with { Activation = null }] : [];
}
