using Lineup.Compression.Onnx;

namespace Lineup.Training.Tests;

/// <summary>Small classifiers to train.</summary>
internal sealed class Nets
{
    private readonly OnnxModel _model = new() { Graph = new() { Name = "net" }, IrVersion = 8 };
    private int _convolutions;
    private int _normalizations;
    private int _seed;

    private Nets() => _model.Opsets.Add("", 17);

    /// <summary>One matrix: [N, 1, 2, 2] to <paramref name="classes"/> logits.</summary>
    public static OnnxModel Linear(int classes)
    {
        var net = new Nets();
        var flat = net.Add("Flatten", "flat", [net.Input(1, 2, 2)]);
        return net.Finish(net.Gemm(flat, 4, classes), classes);
    }

    /// <summary>Convolution, normalisation, a residual block, pooling, one matrix: [N, 3, 8, 8] to 4 logits, or their softmax.</summary>
    public static OnnxModel Residual(bool softmax = false)
    {
        var net = new Nets();
        var stem = net.Add("Relu", "stem", [net.Norm(net.Conv(net.Input(3, 8, 8), 3, 8, 1), 8)]);
        var left = net.Norm(net.Conv(net.Add("Relu", "inner", [net.Norm(net.Conv(stem, 8, 12, 2), 12)]), 12, 12, 1), 12);
        var right = net.Norm(net.Conv(stem, 8, 12, 2), 12);
        var sum = net.Add("Relu", "outer", [net.Add("Add", "sum", [left, right])]);
        var flat = net.Add("Flatten", "flat", [net.Add("GlobalAveragePool", "pooled", [sum])]);
        var logits = net.Gemm(flat, 12, 4);
        return net.Finish(softmax ? net.Add("Softmax", "probabilities", [logits]) : logits, 4);
    }

    /// <summary>The network up to a value, with one more operator.</summary>
    public static OnnxModel Ending(params string[] operators)
    {
        var net = new Nets();
        var value = net.Input(3, 4, 4);
        foreach (var op in operators)
            value = net.Add(op, $"{op.ToLowerInvariant()}-value", [value]);
        var flat = net.Add("Flatten", "flat", [value]);
        return net.Finish(net.Gemm(flat, 48, 4), 4);
    }

    /// <summary>Puts rounding to int8 between a weight and who reads it.</summary>
    public static void FakeQuantize(OnnxModel model, string weight, float scale)
    {
        var value = model.Graph.Find(weight)!;
        var reader = value.Uses[0].Node;
        var step = model.Graph.AddInitializer($"{weight}.scale", TensorData.Scalar(scale));
        var zero = model.Graph.AddInitializer($"{weight}.zero", TensorData.Scalar((sbyte)0));
        var rounded = model.Graph.InsertBefore(reader, new("QuantizeLinear", [value, step, zero], [new($"{weight}.rounded")]));
        var back = model.Graph.InsertBefore(reader, new("DequantizeLinear", [rounded.Output, step, zero], [new($"{weight}.back")]));
        reader.SetInput(1, back.Output);
    }

    private Value Input(params long[] sides) => _model.Graph.AddInput(new("input")
    {
        Type = ElementType.Float,
        Dims = ["N", .. sides.Select(Dimension.FromInt64)],
    });

    private Value Conv(Value x, int channels, int maps, int stride)
    {
        var name = $"conv{_convolutions++}";
        var value = Add("Conv", name, [x, Weight($"{name}.weight", Math.Sqrt(2.0 / (9 * channels)), maps, channels, 3, 3)]);
        value.Producer!.Attributes.Set("pads", 1, 1, 1, 1);
        value.Producer.Attributes.Set("strides", stride, stride);
        return value;
    }

    private Value Norm(Value x, int channels)
    {
        var name = $"norm{_normalizations++}";
        return Add("BatchNormalization", name, [
            x, Filled($"{name}.scale", 1, channels), Filled($"{name}.shift", 0, channels),
            Filled($"{name}.mean", 0, channels), Filled($"{name}.variance", 1, channels)]);
    }

    private Value Gemm(Value x, int inputs, int outputs)
    {
        var value = Add("Gemm", "logits", [x, Weight("gemm.weight", 0.3, outputs, inputs), Filled("gemm.bias", 0.1f, outputs)]);
        value.Producer!.Attributes.Set("transB", 1);
        return value;
    }

    private Value Add(string op, string name, Value[] inputs) => _model.Graph.Append(new(op, inputs, [new(name)], $"{name}-node")).Output;

    private Value Weight(string name, double deviation, params long[] dims)
    {
        var numbers = Tensors.Normal(++_seed, dims).ToArray<float>();
        return _model.Graph.AddInitializer(name, TensorData.Create(Array.ConvertAll(numbers, x => (float)(x * deviation)), dims));
    }

    private Value Filled(string name, float number, int count) => _model.Graph.AddInitializer(name, Tensors.Create([count], _ => number));

    private OnnxModel Finish(Value output, int classes)
    {
        (output.Type, output.Dims) = (ElementType.Float, ["N", (long)classes]);
        _model.Graph.AddOutput(output);
        return _model;
    }
}
