using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>
/// Picks output positions of a layer in one view and collects what the layer sees there. Large maps are sampled: neighbours say much the
/// same, and a few hundred positions of hundreds of pictures determine a layer.
/// </summary>
internal sealed class SampleGatherer
{
    /// <summary>Most positions of a view.</summary>
    public const int MaxPositions = 196;

    private readonly PrunableLayer _layer;
    private readonly (int Channels, int Height, int Width) _input;
    private readonly (int Height, int Width) _output;

    public SampleGatherer(PrunableLayer layer, ReadOnlySpan<long> input, ReadOnlySpan<long> output)
    {
        _layer = layer;
        _input = input.Length == 4 ? ((int)input[1], (int)input[2], (int)input[3]) : ((int)input[1], 1, 1);
        _output = output.Length == 4 ? ((int)output[2], (int)output[3]) : (1, 1);
        Positions = Math.Min(MaxPositions, _output.Height * _output.Width);
    }

    /// <summary>Positions of an output map.</summary>
    public int OutputPlane => _output.Height * _output.Width;

    /// <summary>Samples that each view gives.</summary>
    public int Positions { get; }

    /// <summary>Positions in a view, spread evenly with an offset of the view's own.</summary>
    public void Choose(int view, Span<int> positions)
    {
        var all = _output.Height * _output.Width;
        var offset = all == Positions ? 0 : view * 0.6180339887498949 % 1;
        for (var i = 0; i < positions.Length; i++)
            positions[i] = (int)((i + offset) * all / Positions);
    }

    /// <summary>Writes the layer's inputs at the positions to the block, as samples from <paramref name="first"/> on.</summary>
    public void GatherInputs(TensorData input, ReadOnlySpan<int> positions, SampleBlock block, int first)
    {
        var values = input.AsSpan<float>();
        for (var variable = 0; variable < _layer.Inputs; variable++)
        {
            var (channel, tap) = Math.DivRem(variable, _layer.Taps);
            var (panel, lane) = Math.DivRem(variable, SampleBlock.PanelWidth);
            var target = block.Panel(panel)[((first * SampleBlock.PanelWidth) + lane)..];
            var plane = values.Slice(channel * _input.Height * _input.Width, _input.Height * _input.Width);
            for (var s = 0; s < positions.Length; s++)
                target[s * SampleBlock.PanelWidth] = At(plane, positions[s], tap);
        }
    }

    /// <summary>The taps of one channel at the positions: taps x positions.</summary>
    public void GatherTaps(TensorData input, int channel, ReadOnlySpan<int> positions, Span<float> taps)
    {
        var plane = input.AsSpan<float>().Slice(channel * _input.Height * _input.Width, _input.Height * _input.Width);
        for (var tap = 0; tap < _layer.Taps; tap++)
        {
            for (var s = 0; s < positions.Length; s++)
                taps[(tap * positions.Length) + s] = At(plane, positions[s], tap);
        }
    }

    /// <summary>
    /// Writes channels <paramref name="rows"/> (all, where null) of an output-shaped tensor at the positions to the block;
    /// <paramref name="less"/>, if any, which has these channels alone, is taken off.
    /// </summary>
    public void GatherOutputs(TensorData output, int[]? rows, TensorData? less, ReadOnlySpan<int> positions, SampleBlock block, int first)
    {
        var values = output.AsSpan<float>();
        var minus = less is null ? default : less.AsSpan<float>();
        for (var variable = 0; variable < block.Variables; variable++)
        {
            var (panel, lane) = Math.DivRem(variable, SampleBlock.PanelWidth);
            var target = block.Panel(panel)[((first * SampleBlock.PanelWidth) + lane)..];
            for (var s = 0; s < positions.Length; s++)
            {
                var value = values[((rows?[variable] ?? variable) * OutputPlane) + positions[s]];
                target[s * SampleBlock.PanelWidth] = minus.IsEmpty ? value : value - minus[(variable * OutputPlane) + positions[s]];
            }
        }
    }

    private float At(ReadOnlySpan<float> plane, int position, int tap)
    {
        if (_layer.Taps == 1 && _layer is { StrideX: 1, StrideY: 1, PadLeft: 0, PadTop: 0 })
            return plane[position];
        var (y, x) = Math.DivRem(position, _output.Width);
        var (tapY, tapX) = Math.DivRem(tap, _layer.KernelWidth);
        y = (y * _layer.StrideY) - _layer.PadTop + (tapY * _layer.DilationY);
        x = (x * _layer.StrideX) - _layer.PadLeft + (tapX * _layer.DilationX);
        return (uint)y < (uint)_input.Height && (uint)x < (uint)_input.Width ? plane[(y * _input.Width) + x] : 0;
    }
}
