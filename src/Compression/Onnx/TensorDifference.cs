namespace Lineup.Compression.Onnx;

/// <summary>How far two tensors are apart.</summary>
public static class TensorDifference
{
    /// <summary>
    /// The largest difference of two elements, as a share of the largest magnitude in <paramref name="expected"/>. Infinite where type or
    /// shape differ or only one is finite; 0 for equal bits whatever they are, otherwise infinite, where the elements are no floating-point
    /// numbers.
    /// </summary>
    public static double Relative(TensorData expected, TensorData actual)
    {
        if (expected.ContentEquals(actual))
            return 0;
        var comparable = expected.ElementType == actual.ElementType && expected.ElementType.IsFloatingPoint();
        if (!comparable || !expected.Dims.SequenceEqual(actual.Dims))
            return double.PositiveInfinity;

        var (error, scale) = (0d, 0d);
        foreach (var (wanted, got) in expected.ToDoubles().Zip(actual.ToDoubles()))
        {
            if (wanted.Equals(got))
                continue;
            var difference = Math.Abs(wanted - got);
            if (!double.IsFinite(difference))
                return double.PositiveInfinity;
            error = Math.Max(error, difference);
        }

        foreach (var wanted in expected.ToDoubles())
            scale = double.IsFinite(wanted) ? Math.Max(scale, Math.Abs(wanted)) : scale;
        return error == 0 ? 0 : error / scale;
    }
}
