using System.Globalization;
using Lineup.Compression.Onnx;

namespace Lineup.ReferenceNets;

/// <summary>
/// Builds a convolutional net node by node, with seeded weights (He's initialisation) and BatchNormalization whose statistics are, give
/// or take a random tenth, those of what really flows there: each node is run on a sample as it is added. So activations neither die nor
/// explode, however deep the net. The same seed gives the same net on the same kind of CPU.
/// </summary>
internal sealed class NetBuilder
{
    private readonly Random _random;
    private readonly OnnxModel _model;
    private readonly Dictionary<Value, TensorData> _samples = [];
    private readonly Dictionary<string, int> _counts = [];
    private readonly int _side;

    public NetBuilder(string name, int seed, int side)
    {
        (_random, _side) = (new(seed), side);
        _model = new() { Graph = new() { Name = name }, IrVersion = 8, ProducerName = "lineup" };
        _model.Opsets.Add("", 17);
        Input = _model.Graph.AddInput(new("input") { Type = ElementType.Float });

        // Statistics hardly depend on the size of the picture; 128 is a multiple of every net's stride, so shapes stay alike.
        var sample = side > 160 ? side - 128 : side;
        _samples[Input] = TensorData.Create(Normals(2 * 3 * sample * sample, 1), 2, 3, sample, sample);
    }

    public Value Input { get; }

    public int Channels(Value value) => (int)_samples[value].Dims[1];

    /// <param name="x">What is convolved.</param>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="kernel">Side of the kernel.</param>
    /// <param name="stride">Step in both directions.</param>
    /// <param name="pads">Top, left, bottom, right; null for kernel / 2 everywhere.</param>
    /// <param name="groups">1, or the number of channels for a depthwise convolution.</param>
    /// <param name="bias">Whether it has a bias, as nets without BatchNormalization do.</param>
    public Value Conv(Value x, int channels, int kernel, int stride = 1, long[]? pads = null, int groups = 1, bool bias = false)
    {
        var name = Name("conv");
        var fanIn = Channels(x) / groups * kernel * kernel;
        var weight = Weight(name, "weight", Math.Sqrt(2d / fanIn), channels, Channels(x) / groups, kernel, kernel);
        Value[] inputs = bias ? [x, weight, Weight(name, "bias", 0.05, channels)] : [x, weight];
        return Add("Conv", name, inputs, node =>
        {
            node.Attributes.Set("kernel_shape", kernel, kernel);
            node.Attributes.Set("strides", stride, stride);
            node.Attributes.Set("pads", pads ?? [kernel / 2, kernel / 2, kernel / 2, kernel / 2]);
            node.Attributes.Set("group", (long)groups);
        });
    }

    /// <param name="x">What is normalised.</param>
    /// <param name="strength">About the standard deviation of the result: less than 1 at the end of a residual branch.</param>
    public Value BatchNorm(Value x, double strength = 1)
    {
        var name = Name("bn");
        var channels = Channels(x);
        var (mean, variance) = Statistics(_samples[x]);
        for (var c = 0; c < channels; c++)
        {
            mean[c] += (float)(0.1 * Math.Sqrt(variance[c]) * Normal());
            variance[c] *= (float)(0.8 + (0.4 * _random.NextDouble()));
        }

        var scale = Array.ConvertAll(new float[channels], _ => (float)(strength * (0.7 + (0.6 * _random.NextDouble()))));
        return Add("BatchNormalization", name, [
            x, Constant($"{name}.scale", scale, channels), Constant($"{name}.shift", Normals(channels, 0.2 * strength), channels),
            Constant($"{name}.mean", mean, channels), Constant($"{name}.variance", variance, channels)]);
    }

    public Value Relu(Value x) => Add("Relu", Name("relu"), [x]);

    public Value Relu6(Value x)
    {
        var name = Name("relu6");
        return Add("Clip", name, [x, Constant($"{name}.min", [0]), Constant($"{name}.max", [6])]);
    }

    public Value MaxPool(Value x, int kernel, int stride, long[] pads) => Add("MaxPool", Name("maxpool"), [x], node =>
    {
        node.Attributes.Set("kernel_shape", kernel, kernel);
        node.Attributes.Set("strides", stride, stride);
        node.Attributes.Set("pads", pads);
    });

    public Value Sum(Value a, Value b) => Add("Add", Name("add"), [a, b]);

    public Value Concat(Value a, Value b) => Add("Concat", Name("concat"), [a, b], node => node.Attributes.Set("axis", 1L));

    public Value GlobalAveragePool(Value x) => Add("GlobalAveragePool", Name("gap"), [x]);

    public Value Flatten(Value x) => Add("Flatten", Name("flatten"), [x]);

    public Value Gemm(Value x, int classes)
    {
        var name = Name("gemm");
        var weight = Weight(name, "weight", Math.Sqrt(1d / Channels(x)), classes, Channels(x));
        return Add("Gemm", name, [x, weight, Weight(name, "bias", 0.05, classes)], node => node.Attributes.Set("transB", 1L));
    }

    public OnnxModel Build(Value output)
    {
        Input.Dims = ["N", 3, _side, _side];
        output.Name = "output";
        output.Type = ElementType.Float;
        output.Dims = ["N", .. _samples[output].Dims[1..].ToArray().Select(Dimension.FromInt64)];
        _model.Graph.AddOutput(output);
        GraphValidator.Validate(_model);
        return _model;
    }

    private Value Add(string opType, string name, Value[] inputs, Action<Node>? configure = null)
    {
        var node = new Node(opType, inputs, [new Value($"{name}.out") { Type = ElementType.Float }], name);
        configure?.Invoke(node);
        _model.Graph.Append(node);
        using var session = GraphSession.Load(GraphCopier.Extract(_model, [node], [node.Output]));
        _samples[node.Output] = session.Run([.. inputs.Where(input => input.Data is null).Select(input => _samples[input])])[0];
        return node.Output;
    }

    private Value Weight(string name, string role, double deviation, params long[] dims) =>
        Constant($"{name}.{role}", Normals((int)dims.Aggregate(1L, (product, dim) => product * dim), deviation), dims);

    private Value Constant(string name, float[] values, params long[] dims) =>
        _model.Graph.AddInitializer(name, TensorData.Create(values, dims));

    private string Name(string stem)
    {
        var count = _counts[stem] = _counts.GetValueOrDefault(stem) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{stem}{count}");
    }

    private float[] Normals(int count, double deviation) => Array.ConvertAll(new float[count], _ => (float)(deviation * Normal()));

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    /// <summary>Mean and variance of each channel of an NCHW tensor.</summary>
    private static (float[] Mean, float[] Variance) Statistics(TensorData data)
    {
        var (batch, channels) = ((int)data.Dims[0], (int)data.Dims[1]);
        var area = data.ElementCount / batch / channels;
        var values = data.AsSpan<float>();
        var (mean, variance) = (new float[channels], new float[channels]);
        for (var c = 0; c < channels; c++)
        {
            var (sum, squares) = (0d, 0d);
            for (var n = 0; n < batch; n++)
            {
                foreach (var value in values.Slice(((n * channels) + c) * area, area))
                {
                    sum += value;
                    squares += (double)value * value;
                }
            }

            var average = sum / (batch * area);
            (mean[c], variance[c]) = ((float)average, (float)Math.Max((squares / (batch * area)) - (average * average), 1e-3));
        }

        return (mean, variance);
    }
}
