using Lineup.Compression.Onnx;

namespace Lineup.Compression.Quantization;

/// <summary>
/// Writes a plan into a copy of the model as QuantizeLinear and DequantizeLinear pairs (QDQ), which ONNX Runtime fuses into integer
/// operators. Scales and zero points of activations are scalars (0-d): ONNX Runtime does not fuse tensors of one element.
/// </summary>
internal sealed class QuantizedModelBuilder
{
    private readonly IReadOnlyDictionary<Value, Value> _values;
    private readonly Graph _graph;
    private readonly Func<Value, ActivationRange> _range;

    private QuantizedModelBuilder(Graph graph, IReadOnlyDictionary<Value, Value> values, Func<Value, ActivationRange> range) =>
        (_graph, _values, _range) = (graph, values, range);

    /// <param name="model">The model that the points and layers belong to; it is not changed.</param>
    /// <param name="points">Where activations are quantized.</param>
    /// <param name="layers">The layers with their integer weights.</param>
    /// <param name="kept">Layers that compute in float.</param>
    /// <param name="range">The range of a point.</param>
    public static OnnxModel Build(
        OnnxModel model,
        IEnumerable<QuantizationPoint> points,
        IEnumerable<QuantizedLayer> layers,
        IReadOnlySet<Node> kept,
        Func<Value, ActivationRange> range)
    {
        var (copy, values) = GraphCopier.Copy(model);
        var builder = new QuantizedModelBuilder(copy.Graph, values, range);
        foreach (var layer in layers)
            builder.Quantize(layer);
        foreach (var point in points)
            builder.Insert(point, [.. kept.Where(node => node.Inputs[0] == point.Value).Select(node => values[node.Output].Producer!)]);
        GraphValidator.Validate(copy);
        return copy;
    }

    private void Quantize(QuantizedLayer layer)
    {
        var node = _values[layer.Node.Output].Producer!;
        var (weight, bias) = (node.Inputs[1]!, node.Input(2));
        var stem = weight.Name;
        var integers = Initializer($"{stem}_int8", layer.Weights.ToTensor(layer.Values));
        var scales = Initializer($"{stem}_scale", TensorData.Create(layer.Scales, layer.Scales.Length));
        var zeros = Initializer($"{stem}_zero_point", TensorData.Create(new sbyte[layer.Scales.Length], layer.Scales.Length));
        node.SetInput(1, Dequantize(node, $"{stem}_dequantized", [integers, scales, zeros], layer.Weights.Axis));
        _graph.RemoveIfUnused(weight);

        // They are in the weights and the bias now.
        node.Attributes.Remove("alpha");
        node.Attributes.Remove("beta");
        if (layer.Weights.Bias is not { } values)
            return;
        var input = _range(layer.Node.Inputs[0]!).Scale;
        var biasScales = Array.ConvertAll(layer.Scales, scale => scale * input);
        var rounded = values.Zip(biasScales, Steps).ToArray();
        stem = bias?.Name ?? $"{node.Output.Name}_bias";
        var biasIntegers = Initializer($"{stem}_int32", TensorData.Create(rounded, rounded.Length));
        var biasScale = Initializer($"{stem}_scale", TensorData.Create(biasScales, biasScales.Length));
        node.SetInput(2, Dequantize(node, $"{stem}_dequantized", [biasIntegers, biasScale], 0));
        _graph.RemoveIfUnused(bias);
    }

    private static int Steps(float value, float scale) => (int)Math.Clamp(Math.Round(value / (double)scale), int.MinValue, int.MaxValue);

    private void Insert(QuantizationPoint point, IReadOnlyCollection<Node> kept)
    {
        var value = _values[point.Value];
        var activation = point.Activation is null ? null : _values[point.Activation.Output].Producer;
        var source = activation?.Inputs[0] ?? value;
        var range = _range(point.Value);
        var scale = Initializer($"{value.Name}_scale", TensorData.Scalar(range.Scale));
        var zeroPoint = Initializer($"{value.Name}_zero_point", TensorData.Scalar(range.ZeroPoint));

        var quantized = new Value(_graph.UniqueName($"{value.Name}_quantized"));
        var quantize = new Node("QuantizeLinear", [source, scale, zeroPoint], [quantized], $"{value.Name}_QuantizeLinear");
        var dequantized = new Value(_graph.UniqueName($"{value.Name}_dequantized"));
        var dequantize = new Node("DequantizeLinear", [quantized, scale, zeroPoint], [dequantized], $"{value.Name}_DequantizeLinear");

        if (source.Producer is { } producer)
            _graph.InsertAfter(producer, quantize);
        else
            _graph.Insert(0, quantize);
        _graph.InsertAfter(quantize, dequantize);
        foreach (var use in value.Uses.Where(use => use.Node != quantize && !kept.Contains(use.Node)).ToArray())
            use.Node.SetInput(use.Index, dequantized);
        foreach (var layer in kept.Where(_ => !value.IsGraphInput))
            layer.SetInput(0, DequantizeFor(layer, quantized, range));
        if (activation is null)
            return;
        var bounds = activation.Inputs.Skip(1).ToArray();
        _graph.Remove(activation);
        foreach (var bound in bounds)
            _graph.RemoveIfUnused(bound);
    }

    /// <summary>
    /// A kept layer reads through a DequantizeLinear of its own that repeats scale and zero point for every channel. Behind one with
    /// scalars ONNX Runtime would give the layer int8 weights of one scale (WeightBiasQuantization), which is worse than what it was
    /// kept from.
    /// </summary>
    private Value DequantizeFor(Node layer, Value quantized, ActivationRange range)
    {
        var weights = new LayerWeights(layer);
        var channels = weights.Groups * weights.InputsPerGroup;
        var scales = Initializer($"{quantized.Name}_scales", TensorData.Create([.. Enumerable.Repeat(range.Scale, channels)], channels));
        var zeros = Initializer($"{quantized.Name}_zero_points", TensorData.Create([.. Enumerable.Repeat(range.ZeroPoint, channels)], channels));
        return Dequantize(layer, $"{quantized.Name}_for_{layer.Output.Name}", [quantized, scales, zeros], layer.Is("Conv") ? 1 : -1);
    }

    private Value Dequantize(Node reader, string name, Value[] inputs, int axis)
    {
        var output = new Value(_graph.UniqueName(name));
        var node = new Node("DequantizeLinear", inputs, [output], $"{output.Name}_DequantizeLinear");
        node.Attributes.Set("axis", axis);
        _graph.InsertBefore(reader, node);
        return output;
    }

    private Value Initializer(string name, TensorData data) => _graph.AddInitializer(_graph.UniqueName(name), data);
}
