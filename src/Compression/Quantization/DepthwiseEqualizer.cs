using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;

namespace Lineup.Compression.Quantization;

/// <summary>
/// A depthwise convolution keeps channels apart, so the one in front of it may scale each channel to use the whole range if the depthwise
/// weights undo it: conv -> ReLU or ReLU6 -> depthwise, nothing else reading in between. Channel c of the first is multiplied by
/// f = min(64, M / m), with m the channel's and M the tensor's largest value, and the range becomes [0, M] for all. (Cross-layer
/// equalisation, Nagel et al. 2019, in the one place where it costs no accuracy elsewhere.)
/// </summary>
internal static class DepthwiseEqualizer
{
    private const float LargestFactor = 64;

    /// <summary>The factor of each channel for every point that can be equalised.</summary>
    public static Dictionary<Value, float[]> Factors(
        QuantizationPoints points, IReadOnlyDictionary<Value, TensorStatistics> statistics, Func<Node, bool> liesOnGrid)
    {
        var factors = new Dictionary<Value, float[]>();
        foreach (var point in points.Points)
        {
            if (point is not { Activation.Inputs: [{ Producer: { } first }, ..], Value: { Uses: [var use], IsGraphOutput: false } })
                continue;
            if (use.Index != 0 || !first.Is("Conv") || !points.Quantizes(first) || !points.Quantizes(use.Node))
                continue;

            // A grid that the weights lie on already is worth more than a fuller range.
            if (!new LayerWeights(use.Node).IsDepthwise || liesOnGrid(use.Node))
                continue;
            var (largest, own) = (statistics[point.Value].Max, statistics[point.Value].ChannelMax);
            factors[point.Value] = Array.ConvertAll(own, max => max > 0 ? Math.Min(LargestFactor, largest / max) : 1);
        }

        return factors;
    }

    public static void ScaleOutputs(LayerWeights layer, float[] factors)
    {
        for (var c = 0; c < layer.Channels; c++)
        {
            foreach (ref var weight in layer.Row(c))
                weight *= factors[c];
            if (layer.Bias is not null)
                layer.Bias[c] *= factors[c];
        }
    }

    public static void ScaleInputs(LayerWeights depthwise, float[] factors)
    {
        for (var c = 0; c < depthwise.Channels; c++)
        {
            foreach (ref var weight in depthwise.Row(c))
                weight /= factors[c];
        }
    }
}
