using Lineup.Compression.Onnx;

namespace Lineup.Compression.Pruning;

internal enum LayerKind
{
    /// <summary>A convolution in which every output sees every input channel.</summary>
    Convolution,

    /// <summary>A convolution of each channel with itself.</summary>
    Depthwise,

    /// <summary>A matrix product with constant weights.</summary>
    Gemm,
}

/// <summary>
/// A node with weights, seen as rows of weights: one row an output channel, each over <see cref="Inputs"/> values (channels times
/// kernel taps in the order of ONNX; the taps alone for a depthwise convolution).
/// </summary>
internal sealed class PrunableLayer
{
    private readonly bool _transposed;

    private PrunableLayer(Node node, int index, LayerKind kind, int rows, int inputs, bool transposed)
    {
        (Node, Index, Kind, Rows, Inputs, _transposed) = (node, index, kind, rows, inputs, transposed);
        var kernel = kind == LayerKind.Gemm ? [1, 1] : node.Input(1)!.Constant!.Dims[2..].ToArray();
        (KernelHeight, KernelWidth) = ((int)kernel[0], (int)kernel[1]);
        (StrideY, StrideX) = Pair("strides", 1);
        (DilationY, DilationX) = Pair("dilations", 1);
        var pads = node.Attributes.GetInts("pads");
        (PadTop, PadLeft) = pads is null ? (0, 0) : ((int)pads[0], (int)pads[1]);

        (int, int) Pair(string name, int fallback) =>
            node.Attributes.GetInts(name) is [var y, var x] ? ((int)y, (int)x) : (fallback, fallback);
    }

    public Node Node { get; }

    /// <summary>Its place among the graph's nodes.</summary>
    public int Index { get; }

    public LayerKind Kind { get; }

    public int Rows { get; }

    public int Inputs { get; }

    public int Taps => KernelHeight * KernelWidth;

    public int KernelHeight { get; }

    public int KernelWidth { get; }

    public int StrideY { get; }

    public int StrideX { get; }

    public int DilationY { get; }

    public int DilationX { get; }

    public int PadTop { get; }

    public int PadLeft { get; }

    public int Count => Rows * Inputs;

    public string Name => Node.Name.Length > 0 ? Node.Name : Node.Output.Name;

    public Value Input => Node.Input(0)!;

    public Value Output => Node.Output;

    /// <summary>The layer, or why the node, which has weights, is none.</summary>
    public static (PrunableLayer? Layer, string? Reason) Create(Node node, int index)
    {
        var weights = node.Input(1);
        if (weights?.Constant is not { ElementType: ElementType.Float } data)
            return (null, "its weights are not a float32 constant");
        if (weights.Data is null || weights.Uses.Count > 1)
            return (null, "its weights are shared with another node");
        if (node.Input(2) is { } bias && (bias.Constant is not { ElementType: ElementType.Float, Rank: 1 } || bias.Data is null || bias.Uses.Count > 1))
            return (null, "its bias is not a float32 vector of its own");
        if (node.Is("Gemm"))
        {
            if (node.Attributes.GetInt("transA", 0) != 0 || node.Attributes.GetFloat("alpha", 1) != 1 || node.Attributes.GetFloat("beta", 1) != 1)
                return (null, "its product is scaled or transposed");
            var transposed = node.Attributes.GetInt("transB", 0) == 0;
            var (rows, inputs) = transposed ? (data.Dims[1], data.Dims[0]) : (data.Dims[0], data.Dims[1]);
            return (new(node, index, LayerKind.Gemm, (int)rows, (int)inputs, transposed), null);
        }

        if (data.Rank != 4)
            return (null, "it is not a convolution over two axes");
        if (node.Attributes.GetText("auto_pad", "NOTSET") is not ("NOTSET" or "VALID"))
            return (null, "its padding is left to the runtime (auto_pad)");
        var group = node.Attributes.GetInt("group", 1);
        var channels = (int)data.Dims[0];
        var taps = (int)(data.Dims[2] * data.Dims[3]);
        if (group == 1)
            return (new(node, index, LayerKind.Convolution, channels, (int)data.Dims[1] * taps, false), null);
        return group == channels && data.Dims[1] == 1
            ? (new(node, index, LayerKind.Depthwise, channels, taps, false), null)
            : (null, $"it is a convolution in {group} groups");
    }

    /// <summary>The layer of a copy of the model.</summary>
    public PrunableLayer Of(Graph copy) => Create(copy.Nodes[Index], Index).Layer!;

    /// <summary>A copy of the weights, rows x inputs.</summary>
    public float[] ReadWeights()
    {
        var weights = Node.Input(1)!.Data!.ToArray<float>();
        return _transposed ? Transpose(weights, Inputs, Rows) : weights;
    }

    public float[] ReadBias() => Node.Input(2)?.Data!.ToArray<float>() ?? new float[Rows];

    public void Write(float[] weights, float[]? bias)
    {
        var value = Node.Input(1)!;
        value.SetData(TensorData.Create(_transposed ? Transpose(weights, Rows, Inputs) : weights, value.Data!.Dims));
        if (bias is null)
            return;
        if (Node.Input(2) is { } present)
            present.SetData(TensorData.Create(bias, Rows));
        else
            Node.SetInput(2, Node.Graph!.AddInitializer(Node.Graph.UniqueName($"{value.Name}_bias"), TensorData.Create(bias, Rows)));
    }

    /// <summary>Gives a node fewer weights: rows x inputs in the order of this class, with as many biases as rows.</summary>
    public static void Resize(Node node, float[] weights, float[] bias, int channels, TensorData old)
    {
        var rows = bias.Length;
        var value = node.Input(1)!;
        if (old.Rank == 4)
            value.SetData(TensorData.Create(weights, rows, channels, old.Dims[2], old.Dims[3]));
        else if (node.Attributes.GetInt("transB", 0) == 0)
            value.SetData(TensorData.Create(Transpose(weights, rows, channels), channels, rows));
        else
            value.SetData(TensorData.Create(weights, rows, channels));
        node.Input(2)?.SetData(TensorData.Create(bias, rows));
    }

    private static float[] Transpose(float[] values, int rows, int columns)
    {
        var result = new float[values.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                result[(j * rows) + i] = values[(i * columns) + j];
        }

        return result;
    }
}
