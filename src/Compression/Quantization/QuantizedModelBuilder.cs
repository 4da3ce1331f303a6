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

    private QuantizedModelBuilder(OnnxModel model, IReadOnlyDictionary<Value, Value> values, Func<Value, ActivationRange> range) =>
        (Model, _graph, _values, _range) = (model, model.Graph, values, range);

    private OnnxModel Model { get; }

    /// <param name="model">The model that the points and layers belong to; it is not changed.</param>
    /// <param name="points">Where activations are quantized.</param>
    /// <param name="layers">The layers with their integer weights.</param>
    /// <param name="range">The range of a point.</param>
    public static OnnxModel Build(
        OnnxModel model, IEnumerable<QuantizationPoint> points, IEnumerable<QuantizedLayer> layers, Func<Value, ActivationRange> range)
    {
        var (copy, values) = GraphCopier.Copy(model);
        var builder = new QuantizedModelBuilder(copy, values, range);
        foreach (var layer in layers)
            builder.Quantize(layer);
        foreach (var point in points)
            builder.Insert(point);
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

    private void Insert(QuantizationPoint point)
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
        foreach (var use in value.Uses.Where(use => use.Node != quantize).ToArray())
            use.Node.SetInput(use.Index, dequantized);
        if (activation is null)
            return;
        var bounds = activation.Inputs.Skip(1).ToArray();
        _graph.Remove(activation);
        foreach (var bound in bounds)
            _graph.RemoveIfUnused(bound);
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
