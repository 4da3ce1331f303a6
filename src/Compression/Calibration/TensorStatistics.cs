using System.Numerics.Tensors;

namespace Lineup.Compression.Calibration;

/// <summary>
/// What one tensor of a model looks like over the calibration pictures. Channels are axis 1. Pictures are added in their order, so that
/// the same pictures give the same sums to the last bit.
/// </summary>
internal sealed class TensorStatistics(int channels)
{
    private readonly ValueHistogram _histogram = new();
    private double _sumOfMinima;
    private double _sumOfMaxima;
    private long _perChannel;

    public int Channels => channels;

    public int Pictures { get; private set; }

    public float Min { get; private set; } = float.MaxValue;

    public float Max { get; private set; } = float.MinValue;

    /// <summary>Mean over the pictures of each picture's smallest value.</summary>
    public double MeanMin => _sumOfMinima / Pictures;

    /// <summary>Mean over the pictures of each picture's largest value.</summary>
    public double MeanMax => _sumOfMaxima / Pictures;

    /// <summary>Largest value of each channel.</summary>
    public float[] ChannelMax { get; } = [.. Enumerable.Repeat(float.MinValue, channels)];

    /// <summary>Sum of each channel's values; see <see cref="ChannelMean"/>.</summary>
    private double[] ChannelSum { get; } = new double[channels];

    public double ChannelMean(int channel) => ChannelSum[channel] / _perChannel;

    /// <summary>The range that leaves a share of <c>1 - kept</c> of all values out at either end.</summary>
    public (float Low, float High) Percentile(double kept)
    {
        var (low, high) = _histogram.Range(kept);
        return (Math.Max(low, Min), Math.Min(high, Max));
    }

    public void Add(Picture picture)
    {
        Pictures++;
        Min = Math.Min(Min, picture.Min);
        Max = Math.Max(Max, picture.Max);
        _sumOfMinima += picture.Min;
        _sumOfMaxima += picture.Max;
        _perChannel += picture.PerChannel;
        for (var c = 0; c < channels; c++)
        {
            ChannelSum[c] += picture.ChannelSum[c];
            ChannelMax[c] = Math.Max(ChannelMax[c], picture.ChannelMax[c]);
        }

        _histogram.Add(picture.Histogram);
    }

    /// <summary>One picture's part, worked out on any thread.</summary>
    internal sealed class Picture
    {
        public Picture(ReadOnlySpan<float> values, int channels)
        {
            PerChannel = values.Length / channels;
            ChannelSum = new double[channels];
            ChannelMax = new float[channels];
            Min = float.MaxValue;
            Max = float.MinValue;
            for (var c = 0; c < channels; c++)
            {
                var channel = values.Slice(c * PerChannel, PerChannel);
                ChannelSum[c] = Sum(channel);
                ChannelMax[c] = TensorPrimitives.Max(channel);
                Max = Math.Max(Max, ChannelMax[c]);
                Min = Math.Min(Min, TensorPrimitives.Min(channel));
            }

            // Infinity would widen the histogram for ever, and NaN has no place in it.
            if (IsFinite)
                Histogram.Add(values, Math.Max(Math.Abs(Min), Math.Abs(Max)));
        }

        /// <summary>Whether every value is a number; the rest means nothing otherwise.</summary>
        public bool IsFinite => float.IsFinite(Min) && float.IsFinite(Max);

        public int PerChannel { get; }

        public float Min { get; }

        public float Max { get; }

        public double[] ChannelSum { get; }

        public float[] ChannelMax { get; }

        public ValueHistogram Histogram { get; } = new();

        /// <summary>In short runs of floats, summed in double: as exact as it needs to be, and fast.</summary>
        private static double Sum(ReadOnlySpan<float> values)
        {
            double sum = 0;
            for (; values.Length > 64; values = values[64..])
                sum += TensorPrimitives.Sum(values[..64]);
            return sum + TensorPrimitives.Sum(values);
        }
    }
}
