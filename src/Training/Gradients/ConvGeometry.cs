using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>The sizes of a two-dimensional convolution or pooling.</summary>
internal sealed record ConvGeometry
{
    private ConvGeometry(Node node, long[] input, long[] kernel)
    {
        (Batch, Channels, Height, Width) = (input[0], input[1], input[2], input[3]);
        (KernelHeight, KernelWidth) = (kernel[0], kernel[1]);
        var output = Tape.Shape(node.Output);
        (OutputChannels, OutputHeight, OutputWidth) = (output[1], output[2], output[3]);
        Strides = [.. node.Attributes.GetInts("strides") ?? [1, 1]];
        Dilations = [.. node.Attributes.GetInts("dilations") ?? [1, 1]];
        Pads = [.. node.Attributes.GetInts("pads") ?? [0, 0, 0, 0]];
        Groups = node.Attributes.GetInt("group", 1);
    }

    public long Batch { get; }

    public long Channels { get; }

    public long Height { get; }

    public long Width { get; }

    public long OutputChannels { get; }

    public long OutputHeight { get; }

    public long OutputWidth { get; }

    public long KernelHeight { get; }

    public long KernelWidth { get; }

    /// <summary>Vertical, horizontal.</summary>
    public long[] Strides { get; }

    /// <summary>Vertical, horizontal.</summary>
    public long[] Dilations { get; }

    /// <summary>Top, left, bottom, right.</summary>
    public long[] Pads { get; }

    public long Groups { get; }

    public bool HasUnitStride => Strides is [1, 1];

    /// <summary>One pixel in, one out: a product of matrices.</summary>
    public bool IsPointwise => (KernelHeight, KernelWidth) == (1, 1) && HasUnitStride && Groups == 1 && Pads.All(pad => pad == 0);

    /// <summary>Windows side by side that leave nothing out, as those of most poolings are.</summary>
    public bool TilesExactly =>
        Pads.All(pad => pad == 0) && Dilations is [1, 1] && Strides.SequenceEqual([KernelHeight, KernelWidth])
        && Height == OutputHeight * KernelHeight && Width == OutputWidth * KernelWidth;

    /// <summary>From the first tap of a kernel to its last: vertically, horizontally.</summary>
    public (long Height, long Width) Reach => (Dilations[0] * (KernelHeight - 1), Dilations[1] * (KernelWidth - 1));

    public static ConvGeometry OfConv(Node node) => new(node, Tape.Shape(node.Inputs[0]!), Tape.Shape(node.Inputs[1]!)[2..]);

    public static ConvGeometry OfPool(Node node) => new(node, Tape.Shape(node.Inputs[0]!), [.. node.Attributes.GetInts("kernel_shape")!]);

    /// <summary>Why a convolution or pooling is none in two dimensions with all said about its padding, or null.</summary>
    public static string? Refusal(Node node) =>
        node.Inputs[0]?.Dims is not { Count: 4 } ? "only pictures, [N, C, H, W], can be trained through"
        : node.Attributes.GetText("auto_pad", "NOTSET") != "NOTSET" ? "its padding is left to the runtime (auto_pad)"
        : null;
}
