using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>Mean over all positions of a channel: each position gets an equal share.</summary>
internal sealed class GlobalAveragePoolRule : IGradientRule
{
    public string Operator => "GlobalAveragePool";

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var sides = Tape.Shape(node.Inputs[0]!)[2..];
        var share = 1f / sides.Aggregate(1L, (product, side) => product * side);
        tape.Accumulate(node.Inputs[0]!, tape.Emit.Mul(gradient, tape.Emit.Filled(share, sides)));
    }
}

/// <summary>
/// Mean over a window: each position in it gets an equal share, which is a transposed convolution with a kernel of ones, for every channel
/// the same. Windows that lie side by side only need each share repeated.
/// </summary>
internal sealed class AveragePoolRule : IGradientRule
{
    public string Operator => "AveragePool";

    public string? Refusal(Node node) => ConvGeometry.Refusal(node)
        ?? (node.Attributes.GetInt("ceil_mode", 0) != 0 ? "windows that reach beyond the picture (ceil_mode) cannot be trained through" : null);

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var (emit, geometry) = (tape.Emit, ConvGeometry.OfPool(node));
        if (geometry.TilesExactly)
        {
            var share = emit.Filled(1f / (geometry.KernelHeight * geometry.KernelWidth), geometry.KernelHeight, 1, geometry.KernelWidth);
            var apart = emit.Reshape(gradient, geometry.Batch, geometry.Channels, geometry.OutputHeight, 1, geometry.OutputWidth, 1);
            tape.Accumulate(node.Inputs[0]!, emit.Reshape(emit.Mul(apart, share), Tape.Shape(node.Inputs[0]!)));
            return;
        }

        // How many positions a mean is over varies at the border, unless padding counts.
        var pads = node.Attributes.GetInt("count_include_pad", 0) != 0;
        var shares = emit.Constant(Shares(geometry, pads));
        var planes = emit.Reshape(
            emit.Mul(gradient, shares), geometry.Batch * geometry.Channels, 1, geometry.OutputHeight, geometry.OutputWidth);
        var ones = emit.Filled(1, 1, 1, geometry.KernelHeight, geometry.KernelWidth);
        var spread = ConvInputGradient.Transposed(emit, geometry, planes, ones);
        tape.Accumulate(node.Inputs[0]!, emit.Reshape(spread, Tape.Shape(node.Inputs[0]!)));
    }

    /// <summary>1 / the number of positions in each window, [rows, columns].</summary>
    private static TensorData Shares(ConvGeometry geometry, bool pads)
    {
        var rows = Counts(geometry.OutputHeight, geometry.Height, geometry.KernelHeight, 0);
        var columns = Counts(geometry.OutputWidth, geometry.Width, geometry.KernelWidth, 1);
        return TensorData.Create(
            rows.SelectMany(row => columns.Select(column => 1f / (row * column))).ToArray(), geometry.OutputHeight, geometry.OutputWidth);

        int[] Counts(long positions, long size, long kernel, int axis) => [.. Enumerable.Range(0, (int)positions).Select(position =>
            Enumerable.Range(0, (int)kernel).Count(tap =>
            {
                var place = (position * geometry.Strides[axis]) - geometry.Pads[axis] + (tap * geometry.Dilations[axis]);
                return pads || (place >= 0 && place < size);
            }))];
    }
}
