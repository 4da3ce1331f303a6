using Lineup.Compression.Calibration;

namespace Lineup.Compression.Quantization;

/// <summary>Ways to choose an activation's range from calibration. No one of them serves all models; the quantizer tries them.</summary>
public enum RangeMethod
{
    /// <summary>Smallest and largest value seen.</summary>
    MinMax,

    /// <summary>Mean over the pictures of each picture's smallest and largest value.</summary>
    MeanMinMax,

    /// <summary>The same, 15 % wider.</summary>
    WideMeanMinMax,

    /// <summary>All but 0.01 % of the values at either end.</summary>
    Percentile9999,

    /// <summary>All but 0.001 % of the values at either end.</summary>
    Percentile99999,
}

/// <summary>
/// An asymmetric uint8 range: real = (q - <paramref name="ZeroPoint"/>) * <paramref name="Scale"/>, q in 0..255. Zero is always exact.
/// </summary>
public readonly record struct ActivationRange(float Scale, byte ZeroPoint)
{
    private const double Wider = 1.15;

    internal static ActivationRange For(TensorStatistics statistics, RangeMethod method)
    {
        var (low, high) = method switch
        {
            RangeMethod.MinMax => (statistics.Min, statistics.Max),
            RangeMethod.MeanMinMax => (statistics.MeanMin, statistics.MeanMax),
            RangeMethod.WideMeanMinMax => (statistics.MeanMin * Wider, statistics.MeanMax * Wider),
            RangeMethod.Percentile9999 => statistics.Percentile(0.9999),
            _ => ((double, double))statistics.Percentile(0.99999),
        };

        // The mean of extremes may leave the range of what was seen.
        return Between(Math.Max(low, statistics.Min), Math.Min(high, statistics.Max));
    }

    internal static ActivationRange Between(double low, double high)
    {
        low = Math.Min(low, 0);
        high = Math.Max(high, 0);
        if (high - low < 1e-9)
            return new(1, 0);
        var scale = (float)((high - low) / 255);
        return new(scale, (byte)Math.Clamp(Math.Round(-low / scale), 0, 255));
    }
}
