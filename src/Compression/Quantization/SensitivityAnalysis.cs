using Lineup.Compression.Answers;
using Lineup.Compression.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Compression.Quantization;

/// <summary>What leaving one layer in float, and all others in int8, would do to the answers.</summary>
/// <param name="Node">The layer.</param>
/// <param name="Rest">How far the answers would still be from the original's.</param>
/// <param name="Gain">Mean over the pictures of how much less they would diverge, in nats; below zero where errors cancelled.</param>
/// <param name="GainError">Standard error of <paramref name="Gain"/>.</param>
public sealed record LayerSensitivity(string Node, Divergence Rest, double Gain, double GainError);

/// <summary>
/// Ranks layers by what leaving each of them in float would gain, so that one knows which to keep there. Each is judged in the model as it
/// is, since what a layer costs depends on what its neighbours do: equalisation, for one.
/// </summary>
internal static class SensitivityAnalysis
{
    /// <param name="quantized">The model with all layers in int8.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="without">Makes the model with one of them in float.</param>
    /// <param name="answers">The original's.</param>
    /// <param name="progress">Told how many layers are done.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    public static IReadOnlyList<LayerSensitivity> Run(
        OnnxModel quantized,
        IReadOnlyList<Node> layers,
        Func<Node, OnnxModel> without,
        ReferenceAnswers answers,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var all = answers.CompareEach(quantized, GraphOptimizationLevel.ORT_ENABLE_ALL, cancellationToken);
        var results = new List<LayerSensitivity>();
        foreach (var layer in layers)
        {
            progress?.Report(new("measuring sensitivity", results.Count, layers.Count));
            var rest = answers.CompareEach(without(layer), GraphOptimizationLevel.ORT_ENABLE_ALL, cancellationToken);
            var (gain, error) = AnswerDifference.Excess(all, rest);
            results.Add(new(layer.ToString(), Divergence.Of(rest), gain, error));
        }

        return [.. results.OrderByDescending(result => result.Gain)];
    }
}
