using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>A clamp behind a layer: an error outside its range does not show.</summary>
/// <param name="Node">Relu or Clip.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
internal sealed record Activation(Node Node, float Low, float High)
{
    /// <summary>The clamp that alone reads a value, or null.</summary>
    public static Activation? Behind(Value value)
    {
        if (value.IsGraphOutput || value.Uses is not [{ Node: var node, Index: 0 }])
            return null;
        if (node.Is("Relu"))
            return new(node, 0, float.PositiveInfinity);
        if (!node.Is("Clip"))
            return null;
        if (node.Inputs.Count == 1)
            return new(node, node.Attributes.GetFloat("min", float.NegativeInfinity), node.Attributes.GetFloat("max", float.PositiveInfinity));
        return Bound(1, float.NegativeInfinity) is { } low && Bound(2, float.PositiveInfinity) is { } high ? new(node, low, high) : null;

        float? Bound(int index, float open) => node.Input(index) is not { } bound ? open
            : bound.Constant is { ElementType: ElementType.Float, ElementCount: 1 } data ? data.AsSpan<float>()[0]
            : null;
    }
}

/// <summary>How often each channel is within the clamp's range, and the variance of what the clamp lets through.</summary>
internal sealed class ActivationMoments(Activation activation, int channels)
{
    private readonly long[] _within = new long[channels];
    private readonly double[] _sum = new double[channels];
    private readonly double[] _squares = new double[channels];
    private long _samples;

    public double Within(int channel) => (double)_within[channel] / _samples;

    public double Variance(int channel)
    {
        var mean = _sum[channel] / _samples;
        return Math.Max(0, (_squares[channel] / _samples) - (mean * mean));
    }

    public void Add(SampleBlock block)
    {
        for (var channel = 0; channel < channels; channel++)
        {
            var (panel, lane) = Math.DivRem(channel, SampleBlock.PanelWidth);
            var values = block.Panel(panel);
            for (var i = lane; i < values.Length; i += SampleBlock.PanelWidth)
            {
                var clamped = Math.Clamp(values[i], activation.Low, activation.High);
                if (clamped == values[i])
                    _within[channel]++;
                _sum[channel] += clamped;
                _squares[channel] += (double)clamped * clamped;
            }
        }

        _samples += block.Samples;
    }
}
