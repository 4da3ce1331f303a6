using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>
/// The gradient of a convolution's input. With stride 1 it is a convolution of the output's gradient with the kernel turned by 180
/// degrees and its channels swapped, which runs at the speed of the way forward; otherwise ConvTranspose, which is the same thing for any
/// stride.
/// </summary>
internal static class ConvInputGradient
{
    public static Value Add(Emitter emit, ConvGeometry geometry, Value gradient, Value weight)
    {
        var (height, width) = geometry.Reach;
        long[] pads = [height - geometry.Pads[0], width - geometry.Pads[1], height - geometry.Pads[2], width - geometry.Pads[3]];
        return geometry.HasUnitStride && pads.All(pad => pad >= 0)
            ? emit.Op("Conv", [gradient, Turned(emit, geometry, weight)], node =>
            {
                node.Set("pads", pads);
                node.Set("dilations", geometry.Dilations);
                node.Set("group", geometry.Groups);
            })
            : Transposed(emit, geometry, gradient, weight);
    }

    /// <summary>[groups x M, C, h, w] to [groups x C, M, h, w], each kernel turned.</summary>
    private static Value Turned(Emitter emit, ConvGeometry geometry, Value weight)
    {
        var (groups, kernel) = (geometry.Groups, (geometry.KernelHeight, geometry.KernelWidth));
        var (maps, channels) = (geometry.OutputChannels / groups, geometry.Channels / groups);
        if (kernel != (1, 1))
        {
            // From the last to the first: the end is before any index.
            weight = emit.Op(
                "Slice", weight, emit.Ints(-1, -1), emit.Ints(long.MinValue, long.MinValue), emit.Ints(2, 3), emit.Ints(-1, -1));
        }

        if (groups == 1)
            return emit.Transpose(weight, 1, 0, 2, 3);
        if (channels == 1 && maps == 1)
            return weight;
        weight = emit.Reshape(weight, groups, maps, channels, kernel.KernelHeight, kernel.KernelWidth);
        return emit.Reshape(
            emit.Transpose(weight, 0, 2, 1, 3, 4), geometry.Channels, maps, kernel.KernelHeight, kernel.KernelWidth);
    }

    public static Value Transposed(Emitter emit, ConvGeometry geometry, Value gradient, Value weight)
    {
        var (height, width) = geometry.Reach;

        // Rows and columns at the end that no position of the kernel reaches: their gradient is zero.
        var (bottom, right) = (
            geometry.Height + geometry.Pads[0] + geometry.Pads[2] - height - 1 - (geometry.Strides[0] * (geometry.OutputHeight - 1)),
            geometry.Width + geometry.Pads[1] + geometry.Pads[3] - width - 1 - (geometry.Strides[1] * (geometry.OutputWidth - 1)));
        return emit.Op("ConvTranspose", [gradient, weight], node =>
        {
            node.Set("strides", geometry.Strides);
            node.Set("pads", geometry.Pads);
            node.Set("dilations", geometry.Dilations);
            node.Set("output_padding", bottom, right);
            node.Set("group", geometry.Groups);
        });
    }
}
