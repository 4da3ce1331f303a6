using Lineup.Compression.Onnx;

namespace Lineup.Training.Retraining;

/// <summary>
/// Turns a model of QDQ pairs, as int8 variants are written, into one that can be trained, and back. Weights become floats that are
/// rounded on the way to their layer, so that steps feel what rounding does to them (Jacob et al., "Quantization and training of neural
/// networks for efficient integer-arithmetic-only inference", 2018); biases, whose steps are too small to be felt, become plain floats.
/// Scales, zero points and the graph stay what they are.
/// </summary>
internal sealed class FakeQuantization
{
    private readonly OnnxModel _integers;

    private FakeQuantization(OnnxModel integers, OnnxModel floats) => (_integers, Trainable) = (integers, floats);

    /// <summary>The model with float weights.</summary>
    public OnnxModel Trainable { get; }

    /// <summary>True for a model whose weights are integers behind a DequantizeLinear.</summary>
    public static bool IsOf(OnnxModel model) => model.Graph.Nodes.Any(IsConstant);

    public static FakeQuantization Open(OnnxModel model)
    {
        var floats = model.Clone();
        foreach (var node in floats.Graph.Nodes.Where(IsConstant).ToArray())
            Open(floats.Graph, node);
        GraphValidator.Validate(floats);
        return new(model, floats);
    }

    /// <summary>The model of QDQ pairs with other weights.</summary>
    /// <param name="trained"><see cref="Trainable"/> with the numbers that training gave it.</param>
    public OnnxModel Close(OnnxModel trained)
    {
        var integers = _integers.Clone();
        var weights = trained.Graph.Initializers.ToDictionary(value => value.Name);
        foreach (var node in integers.Graph.Nodes.Where(IsConstant))
            node.Inputs[0]!.SetData(Round(weights[NameOf(node)].Data!, node));

        // What is float there too, such as layers that were kept from int8.
        foreach (var value in integers.Graph.Initializers.Where(value => value.Data!.ElementType == ElementType.Float))
        {
            if (weights.TryGetValue(value.Name, out var other) && other.Data!.Dims.SequenceEqual(value.Data!.Dims))
                value.SetData(other.Data);
        }

        return integers;
    }

    private static bool IsConstant(Node node) =>
        node.Is("DequantizeLinear") && node.Inputs[0]?.Constant is { ElementType: ElementType.Int8 or ElementType.UInt8 or ElementType.Int32 }
        && node.Inputs[1]?.Constant is { ElementType: ElementType.Float };

    private static string NameOf(Node node) => $"{node.Output.Name}/float";

    private static void Open(Graph graph, Node node)
    {
        var integers = node.Inputs[0]!;
        var floats = graph.AddInitializer(NameOf(node), Expand(integers.Data!, node));
        if (integers.Data!.ElementType == ElementType.Int32)
        {
            node.Output.RedirectUses(floats);
            graph.Remove(node);
        }
        else
        {
            var quantize = new Node("QuantizeLinear", [floats, node.Inputs[1], node.Input(2)], [new($"{node.Output.Name}/rounded")], $"{node.Name}/rounding");
            quantize.Attributes.Set("axis", node.Attributes.GetInt("axis", 1));
            graph.InsertBefore(node, quantize);
            node.SetInput(0, quantize.Output);
        }

        graph.RemoveIfUnused(integers);
    }

    private static TensorData Expand(TensorData integers, Node node)
    {
        var (steps, scales) = (Steps.Of(node, integers.Dims), node.Inputs[1]!.Data!.ToArray<float>());
        var values = new float[integers.ElementCount];
        for (var i = 0; i < values.Length; i++)
            values[i] = (Integer(integers, i) - steps.Zero(i)) * scales[steps.Channel(i)];
        return TensorData.Create(values, integers.Dims);
    }

    /// <summary>As QuantizeLinear does it: half to even, and kept within the type.</summary>
    private static TensorData Round(TensorData floats, Node node)
    {
        var (steps, scales, type) = (Steps.Of(node, floats.Dims), node.Inputs[1]!.Data!.ToArray<float>(), node.Inputs[0]!.Data!.ElementType);
        var (low, high) = type switch
        {
            ElementType.Int8 => ((double)sbyte.MinValue, (double)sbyte.MaxValue),
            ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
            _ => (int.MinValue, int.MaxValue),
        };
        var values = floats.ToArray<float>();
        var rounded = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            rounded[i] = Math.Clamp(Math.Round(values[i] / (double)scales[steps.Channel(i)]) + steps.Zero(i), low, high);
        return type switch
        {
            ElementType.Int8 => TensorData.Create(Array.ConvertAll(rounded, value => (sbyte)value), floats.Dims),
            ElementType.UInt8 => TensorData.Create(Array.ConvertAll(rounded, value => (byte)value), floats.Dims),
            _ => TensorData.Create(Array.ConvertAll(rounded, value => (int)value), floats.Dims),
        };
    }

    private static int Integer(TensorData integers, int index) => integers.ElementType switch
    {
        ElementType.Int8 => integers.AsSpan<sbyte>()[index],
        ElementType.UInt8 => integers.AsSpan<byte>()[index],
        _ => integers.AsSpan<int>()[index],
    };

    /// <summary>Which scale and zero point belong to each number of a tensor.</summary>
    private readonly record struct Steps(int Stride, int Channels, TensorData? Zeros)
    {
        public static Steps Of(Node node, ReadOnlySpan<long> dims)
        {
            var channels = node.Inputs[1]!.Data!.ElementCount;
            var axis = (int)node.Attributes.GetInt("axis", 1);
            axis = axis < 0 ? axis + dims.Length : axis;
            var stride = 1L;
            for (var i = channels == 1 ? dims.Length : axis + 1; i < dims.Length; i++)
                stride *= dims[i];
            return new((int)stride, channels, node.Input(2)?.Data);
        }

        public int Channel(int index) => index / Stride % Channels;

        public int Zero(int index) => Zeros is { } zeros ? Integer(zeros, Channel(index)) : 0;
    }
}
