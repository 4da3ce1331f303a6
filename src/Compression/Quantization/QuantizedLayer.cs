using Lineup.Compression.Onnx;

namespace Lineup.Compression.Quantization;

/// <summary>A layer's weights in int8, with the bias that makes up for what rounding them does on average.</summary>
internal sealed class QuantizedLayer
{
    /// <summary>
    /// Most steps of a bias. A channel of tiny weights, such as batch normalisation leaves of a dead one, would otherwise have a bias of
    /// more steps than 32 bits hold. Half of what they do, for the sum of products needs room too.
    /// </summary>
    private const double LargestBias = 1 << 30;

    private QuantizedLayer(LayerWeights weights, float[] scales, ScaleOrigin[] origins, sbyte[] values, double? biasShift) =>
        (Weights, Scales, Origins, Values, BiasShift) = (weights, scales, origins, values, biasShift);

    public LayerWeights Weights { get; }

    /// <summary>One an output channel: weight = value * scale.</summary>
    public float[] Scales { get; }

    public ScaleOrigin[] Origins { get; }

    /// <summary>In the order of <see cref="LayerWeights.Rows"/>.</summary>
    public sbyte[] Values { get; }

    /// <summary>Largest correction of a bias, in the units of the layer's output; null without correction.</summary>
    public double? BiasShift { get; }

    public Node Node => Weights.Node;

    /// <param name="weights">The weights, equalised if they are to be; the bias is corrected in place.</param>
    /// <param name="largest">Largest integer to be used.</param>
    /// <param name="inputMean">Mean of an input channel over calibration, or null for no correction.</param>
    /// <param name="inputScale">Smallest scale that the input may get: a bias is counted in steps of it times the weights' scale.</param>
    public static QuantizedLayer From(LayerWeights weights, int largest, Func<int, double>? inputMean, double inputScale)
    {
        var (scales, origins) = WeightScales.Choose(weights.Rows, weights.Channels, largest);
        var values = new sbyte[weights.Rows.Length];
        var bias = weights.Bias ?? new float[weights.Channels];
        double largestShift = 0;
        for (var o = 0; o < weights.Channels; o++)
        {
            var row = weights.Row(o);
            double shift = 0;
            var smallest = Math.Abs(bias[o]) / (inputScale * LargestBias);
            if (scales[o] < smallest)
                (scales[o], origins[o]) = ((float)smallest, ScaleOrigin.AbsoluteMaximum);
            for (var i = 0; i < row.Length; i++)
            {
                var value = (sbyte)Math.Clamp(MathF.Round(row[i] / scales[o]), -largest, largest);
                values[(o * row.Length) + i] = value;

                // b += sum (W - Wq) E[x]: the mean of what rounding takes from the output (Nagel et al. 2019, without their
                // assumption on the distribution, since the means are measured).
                if (inputMean is not null)
                    shift += (row[i] - (value * (double)scales[o])) * inputMean(weights.InputChannel(o, i));
            }

            bias[o] += (float)shift;
            largestShift = Math.Max(largestShift, Math.Abs(shift));
        }

        if (inputMean is not null)
            weights.Bias = bias;
        return new(weights, scales, origins, values, inputMean is null ? null : largestShift);
    }

    /// <summary>The weights as the integers stand for them, in the order of <see cref="LayerWeights.Rows"/>.</summary>
    public float[] Dequantized()
    {
        var rows = new float[Values.Length];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = Values[i] * Scales[i / Weights.RowLength];
        return rows;
    }
}
