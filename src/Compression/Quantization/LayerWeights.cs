using System.Numerics.Tensors;
using Lineup.Compression.Onnx;

namespace Lineup.Compression.Quantization;

/// <summary>
/// The weights of a Conv, Gemm or MatMul seen as rows, one an output channel: row o holds what is multiplied with the inputs that
/// channel o reads, input channel by input channel with their taps. Factors of a Gemm (alpha, beta) are multiplied in.
/// </summary>
internal sealed class LayerWeights
{
    private readonly long[] _dims;
    private readonly bool _transposed;

    public LayerWeights(Node node)
    {
        Node = node;
        var data = node.Inputs[1]!.Constant!;
        _dims = data.Dims.ToArray();
        _transposed = node.Is("MatMul") || (node.Is("Gemm") && node.Attributes.GetInt("transB", 0) == 0);
        Axis = _transposed ? 1 : 0;
        Channels = (int)_dims[Axis];
        RowLength = data.ElementCount / Channels;
        Groups = node.Is("Conv") ? (int)node.Attributes.GetInt("group", 1) : 1;
        InputsPerGroup = (int)(_transposed ? _dims[0] : _dims[1]);
        Rows = _transposed ? Transpose(data.AsSpan<float>(), InputsPerGroup, Channels) : data.ToArray<float>();
        Bias = node.Input(2)?.Constant is { } bias ? Spread(bias.AsSpan<float>(), Channels) : null;
        if (!node.Is("Gemm"))
            return;
        TensorPrimitives.Multiply(Rows, node.Attributes.GetFloat("alpha", 1), Rows);
        if (Bias is not null)
            TensorPrimitives.Multiply(Bias, node.Attributes.GetFloat("beta", 1), Bias);
    }

    /// <summary>Why a node is no layer whose weights can become int8; null where it is one.</summary>
    public static string? Refusal(Node node)
    {
        if (!node.Is("Conv") && !node.Is("Gemm") && !node.Is("MatMul"))
            return "it is no Conv, Gemm or MatMul";
        if (node.Input(1)?.Constant is not { } weight || node.Input(0) is not { Constant: null })
            return "its weights are not constant";
        if (weight.ElementType != ElementType.Float || (node.Is("Conv") ? weight.Rank < 3 : weight.Rank != 2) || weight.ElementCount == 0)
            return $"its weights are {weight}, which is not supported";
        if (node.Attributes.GetInt("transA", 0) != 0)
            return "it reads its input transposed";
        if (node.Input(2) is not { } bias)
            return null;
        var channels = weight.Dims[node.Is("Gemm") && node.Attributes.GetInt("transB", 0) == 0 ? 1 : 0];
        return bias.Constant is { ElementType: ElementType.Float } values
            && (values.ElementCount == 1 || (values.ElementCount == channels && values.Dims[^1] == channels))
            ? null
            : "its bias is not constant, or not one a channel";
    }

    public Node Node { get; }

    /// <summary>The axis of the tensor that counts output channels.</summary>
    public int Axis { get; }

    public int Channels { get; }

    public int RowLength { get; }

    public int Groups { get; }

    public int InputsPerGroup { get; }

    /// <summary>Kernel positions an input channel: height x width of a convolution, 1 otherwise.</summary>
    public int Taps => RowLength / InputsPerGroup;

    /// <summary>Channels x RowLength, to be changed freely.</summary>
    public float[] Rows { get; }

    /// <summary>One a channel; null where the layer has none.</summary>
    public float[]? Bias { get; set; }

    /// <summary>True where every output channel reads one input channel.</summary>
    public bool IsDepthwise => Node.Is("Conv") && InputsPerGroup == 1 && Groups == Channels;

    public Span<float> Row(int channel) => Rows.AsSpan(channel * RowLength, RowLength);

    /// <summary>The input channel that element <paramref name="index"/> of a channel's row is multiplied with.</summary>
    public int InputChannel(int channel, int index) => (channel / (Channels / Groups) * InputsPerGroup) + (index / Taps);

    /// <summary>Values in the rows' order as a tensor in the node's own.</summary>
    public TensorData ToTensor<T>(T[] rows)
        where T : unmanaged => TensorData.Create(_transposed ? Transpose(rows, Channels, InputsPerGroup) : rows, _dims);

    private static float[] Spread(ReadOnlySpan<float> bias, int channels)
    {
        var values = new float[channels];
        if (bias.Length == channels)
            bias.CopyTo(values);
        else
            values.AsSpan().Fill(bias[0]);
        return values;
    }

    private static T[] Transpose<T>(ReadOnlySpan<T> values, int rows, int columns)
    {
        var result = new T[values.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
                result[(c * rows) + r] = values[(r * columns) + c];
        }

        return result;
    }
}
