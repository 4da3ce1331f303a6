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
        if (AreSideBySide(geometry))
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

    private static bool AreSideBySide(ConvGeometry geometry) =>
        geometry.Pads.All(pad => pad == 0) && geometry.Dilations is [1, 1]
        && geometry.Strides.SequenceEqual([geometry.KernelHeight, geometry.KernelWidth])
        && geometry.Height == geometry.OutputHeight * geometry.KernelHeight && geometry.Width == geometry.OutputWidth * geometry.KernelWidth;

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

/// <summary>The largest in a window: the gradient goes to the place it came from, which the operator itself tells.</summary>
internal sealed class MaxPoolRule : IGradientRule
{
    public string Operator => "MaxPool";

    public string? Refusal(Node node) => ConvGeometry.Refusal(node)
        ?? (node.Attributes.GetInt("storage_order", 0) != 0 ? "places counted by column (storage_order) cannot be trained through" : null);

    public void Forward(Node node, Tape tape)
    {
        var outputs = tape.Emit.Ops("MaxPool", 2, [tape.Step(node.Inputs[0]!)], node.CopyAttributesTo);
        tape.Bind(node.Output, outputs[0]);
        tape.Remember(node, outputs[1]);
    }

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var (emit, shape) = (tape.Emit, Tape.Shape(node.Inputs[0]!));
        var count = shape.Aggregate(1L, (product, side) => product * side);
        var places = emit.Reshape(tape.Recall<Value>(node), -1);
        var scattered = emit.Op("ScatterElements", [emit.Filled(0, count), places, emit.Reshape(gradient, -1)], attributes =>
        {
            attributes.Set("axis", 0);
            attributes.Set("reduction", "add");
        });
        tape.Accumulate(node.Inputs[0]!, emit.Reshape(scattered, shape));
    }
}
