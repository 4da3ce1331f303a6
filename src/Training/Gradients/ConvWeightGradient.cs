using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>
/// The gradient of a convolution's weights, [M, C, h, w]: for each tap the sum over pictures and positions of the output's gradient times
/// what that tap has seen. Sums over positions are what convolutions are made of, so this is one convolution, whose filters are the
/// output's gradients, [M, N, rows, columns], whose input channels are the pictures, and whose results lie at the taps. If channels come
/// last in the input, [1, N, H, W x C], a step to the right is C numbers, so that a row of results holds all taps of a row with all their
/// channels: [1, M, h, w x C]. The runtime then unfolds blocks of the input in cache and multiplies matrices as large as can be, instead of
/// writing out an input that is unfolded as a whole.
/// </summary>
internal static class ConvWeightGradient
{
    public static Value Add(Emitter emit, ConvGeometry geometry, Value gradient, Value input) =>
        geometry.IsPointwise ? PointwiseWeightGradient.Add(emit, geometry, gradient, input)
        : geometry.Groups > 1 && geometry.Groups == geometry.Channels ? DepthwiseWeightGradient.Add(emit, geometry, gradient, input)
        : Convolution(emit, geometry, gradient, input);

    private static Value Convolution(Emitter emit, ConvGeometry geometry, Value gradient, Value input)
    {
        var (batch, groups, maps) = (geometry.Batch, geometry.Groups, geometry.OutputChannels);
        var channels = geometry.Channels / groups;
        var filters = emit.Transpose(gradient, 1, 0, 2, 3);
        var rows = groups == 1
            ? emit.Transpose(input, 0, 2, 3, 1)
            : emit.Transpose(emit.Reshape(input, batch, groups, channels, geometry.Height, geometry.Width), 1, 0, 3, 4, 2);
        var pads = geometry.Pads;
        var taps = emit.Op(
            "Conv",
            [emit.Reshape(rows, 1, groups * batch, geometry.Height, geometry.Width * channels), filters],
            node =>
            {
                node.Set("dilations", geometry.Strides[0], geometry.Strides[1] * channels);
                node.Set("strides", geometry.Dilations[0], 1);
                node.Set("pads", pads[0], pads[1] * channels, pads[2], pads[3] * channels);
                node.Set("group", groups);
            });

        // Where strides do not fill the picture, there are results beyond the last tap; where taps are dilated, between them.
        var (height, width) = (geometry.KernelHeight, geometry.KernelWidth);
        var across = geometry.Width + pads[1] + pads[3] - (geometry.Strides[1] * (geometry.OutputWidth - 1));
        var down = ((geometry.Height + pads[0] + pads[2] - (geometry.Strides[0] * (geometry.OutputHeight - 1)) - 1) / geometry.Dilations[0]) + 1;
        taps = emit.Reshape(taps, maps, down, across, channels);
        if (down != height)
            taps = emit.Slice(taps, 1, 0, height);
        if (across != width)
            taps = emit.Slice(taps, 2, 0, geometry.Reach.Width + 1, geometry.Dilations[1]);
        return emit.Transpose(taps, 0, 3, 1, 2);
    }
}
