namespace Lineup.Compression.Quantization;

/// <summary>Where a weight's scale comes from.</summary>
public enum ScaleOrigin
{
    /// <summary>Largest magnitude of the channel over the largest integer.</summary>
    AbsoluteMaximum,

    /// <summary>The whole tensor already lies on a uniform grid; its step is the scale and nothing is lost.</summary>
    TensorGrid,

    /// <summary>The channel already lies on a uniform grid; its step is the scale and nothing is lost.</summary>
    ChannelGrid,

    /// <summary>All weights of the channel are zero, or as good as zero; any scale holds them.</summary>
    Zeros,
}

/// <summary>
/// Chooses symmetric int8 scales for weights, one an output channel. Weights that come from a quantized model (dequantised, or the rest
/// of quantization-aware training) lie on a grid already: taking its step as the scale reproduces them exactly, where the usual
/// absmax / 127 would shift every one of them.
/// </summary>
internal static class WeightScales
{
    /// <summary>More steps than this are no trace of an 8-bit grid.</summary>
    private const int MostSteps = 256;

    /// <summary>How far a weight may lie from its grid point, in steps: float32 rounding of a dequantised value stays far below.</summary>
    private const double Tolerance = 1e-3;

    /// <param name="weights">channels x length values, one output channel after the other.</param>
    /// <param name="channels">Number of output channels.</param>
    /// <param name="largest">Largest integer to be used: 127, or 63 where the processor's int8 products saturate.</param>
    public static (float[] Scales, ScaleOrigin[] Origins) Choose(ReadOnlySpan<float> weights, int channels, int largest)
    {
        var scales = new float[channels];
        var origins = new ScaleOrigin[channels];
        if (GridStep(weights, largest) is { } step)
        {
            Array.Fill(scales, (float)step);
            Array.Fill(origins, ScaleOrigin.TensorGrid);
            return (scales, origins);
        }

        var length = weights.Length / channels;
        for (var c = 0; c < channels; c++)
        {
            var channel = weights.Slice(c * length, length);
            var grid = GridStep(channel, largest);
            (scales[c], origins[c]) = grid is { } own
                ? ((float)own, ScaleOrigin.ChannelGrid)
                : (AbsoluteMaximum(channel) / largest, ScaleOrigin.AbsoluteMaximum);

            // Weights too small for a scale of their own do as good as nothing.
            if (!float.IsNormal(scales[c]))
                (scales[c], origins[c]) = (1, ScaleOrigin.Zeros);
        }

        return (scales, origins);
    }

    /// <summary>The step of the uniform grid through zero that all values lie on within -largest..largest; null if there is none.</summary>
    public static double? GridStep(ReadOnlySpan<float> values, int largest)
    {
        var maximum = AbsoluteMaximum(values);
        if (maximum == 0)
            return null;

        var points = DistinctMagnitudes(values, maximum);
        if (points is null || points.Count < 3)
            return null;
        var smallest = points[0];
        for (var i = 1; i < points.Count; i++)
            smallest = Math.Min(smallest, points[i] - points[i - 1]);

        // Few weights may skip neighbours on the grid, so that the smallest distance is a multiple of the step.
        for (var divisor = 1; divisor <= 4; divisor++)
        {
            if (Fit(points, smallest / divisor, largest) is { } step)
                return step;
        }

        return null;
    }

    private static double? Fit(List<double> points, double step, int largest)
    {
        // The first guess carries the rounding error of one difference; the line through all points does not.
        for (var round = 0; round < 2; round++)
        {
            double products = 0, squares = 0;
            foreach (var point in points)
            {
                var k = Math.Round(point / step);
                if (k > largest)
                    return null;
                products += point * k;
                squares += k * k;
            }

            step = products / squares;
        }

        foreach (var point in points)
        {
            var k = Math.Round(point / step);
            if (k > largest || Math.Abs(point - (k * step)) > Tolerance * step)
                return null;
        }

        return step;
    }

    /// <summary>Distinct magnitudes above zero in ascending order, or null if there are too many for a grid.</summary>
    private static List<double>? DistinctMagnitudes(ReadOnlySpan<float> values, float maximum)
    {
        var same = maximum * 4e-6;
        var distinct = new HashSet<float>();
        foreach (var value in values)
        {
            // Values of one grid point may differ in their last bits, hence the allowance.
            if (Math.Abs(value) > same && distinct.Add(Math.Abs(value)) && distinct.Count > 8 * MostSteps)
                return null;
        }

        var points = new List<double>();
        foreach (var value in distinct.Order())
        {
            if (points.Count == 0 || value - points[^1] > same)
                points.Add(value);
        }

        return points.Count <= MostSteps ? points : null;
    }

    private static float AbsoluteMaximum(ReadOnlySpan<float> values) =>
        values.IsEmpty ? 0 : Math.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(values));
}
