using System.Globalization;
using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;
using Lineup.Training.Data;

namespace Lineup.Training.Networks;

/// <summary>
/// Builds a network with seeded weights: convolutions by He's initialisation ("Delving deep into rectifiers", 2015), BatchNormalization
/// that begins as none at all, and a linear classifier over the mean of each channel. A block adds to its input what two normalised,
/// rectified convolutions make of it, and is not rectified after the sum. The same numbers and seed give the same network.
/// </summary>
internal sealed class ResidualNetwork
{
    private const float Epsilon = 1e-5f;
    private const float Momentum = 0.9f;

    private readonly Graph _graph = new();
    private readonly int _seed;
    private int _layers;

    private ResidualNetwork(int seed) => _seed = seed;

    /// <summary>Builds it.</summary>
    /// <param name="name">Name of the graph.</param>
    /// <param name="network">Its numbers.</param>
    /// <param name="input">Size of its input, "input" [N, 3, height, width].</param>
    /// <param name="classes">Columns of its output, "output" [N, classes]: logits.</param>
    /// <param name="seed">Fixes the weights.</param>
    public static OnnxModel Build(string name, NetworkSpecification network, InputSpecification input, int classes, int seed)
    {
        var builder = new ResidualNetwork(seed);
        builder._graph.Name = name;
        var model = new OnnxModel { Graph = builder._graph, IrVersion = 8, ProducerName = "lineup" };
        model.Opsets.Add("", 17);
        builder.Fill(network, input, classes);
        GraphValidator.Validate(model);
        return model;
    }

    /// <summary>The weight of the first convolution, [stem, 3, 3, 3].</summary>
    public static Value StemWeight(OnnxModel model) => model.Graph.Find("stem.weight")!;

    private void Fill(NetworkSpecification network, InputSpecification input, int classes)
    {
        var picture = _graph.AddInput(new("input") { Type = ElementType.Float, Dims = ["N", 3, input.Height, input.Width] });
        var (value, channels) = (Layer("stem", picture, 3, network.Stem, Downsampling.None), network.Stem);
        for (var i = 0; i < network.Stages.Count; i++)
        {
            var stage = network.Stages[i];
            var name = string.Create(CultureInfo.InvariantCulture, $"stage{i + 1}");
            value = Layer($"{name}.first", value, channels, stage.Width, stage.Downsample);
            channels = stage.Width;
            for (var block = 1; block <= stage.Blocks; block++)
            {
                var inner = Layer(string.Create(CultureInfo.InvariantCulture, $"{name}.block{block}.a"), value, channels, channels, Downsampling.None);
                inner = Layer(string.Create(CultureInfo.InvariantCulture, $"{name}.block{block}.b"), inner, channels, channels, Downsampling.None);
                value = Add("Add", string.Create(CultureInfo.InvariantCulture, $"{name}.block{block}.sum"), [value, inner]);
            }
        }

        value = Add("GlobalAveragePool", "pool", [value]);
        value = Add("Flatten", "features", [value]);
        var weight = Normals("classifier.weight", Math.Sqrt(1d / channels), classes, channels);
        var bias = _graph.AddInitializer("classifier.bias", TensorData.Create(new float[classes], classes));
        var output = Add("Gemm", "classifier", [value, weight, bias], node => node.Attributes.Set("transB", 1L));
        output.Name = "output";
        output.Dims = ["N", classes];
        _graph.AddOutput(output);
    }

    /// <summary>Convolution, pooling, BatchNormalization and rectifier: pooling comes early, since the others cost less after it.</summary>
    private Value Layer(string name, Value x, int inputs, int outputs, Downsampling downsample)
    {
        var stride = downsample == Downsampling.Stride ? 2L : 1L;
        var weight = Normals($"{name}.weight", Math.Sqrt(2d / (inputs * 9)), outputs, inputs, 3, 3);
        var value = Add("Conv", $"{name}.conv", [x, weight], node =>
        {
            node.Attributes.Set("kernel_shape", 3, 3);
            node.Attributes.Set("pads", 1, 1, 1, 1);
            node.Attributes.Set("strides", stride, stride);
        });
        if (downsample is Downsampling.MaxPool or Downsampling.AveragePool)
        {
            value = Add(downsample.ToString(), $"{name}.pool", [value], node =>
            {
                node.Attributes.Set("kernel_shape", 2, 2);
                node.Attributes.Set("strides", 2, 2);
            });
        }

        Value[] statistics =
        [
            Filled($"{name}.scale", 1, outputs), Filled($"{name}.shift", 0, outputs), Filled($"{name}.mean", 0, outputs), Filled($"{name}.variance", 1, outputs),
        ];
        value = Add("BatchNormalization", $"{name}.norm", [value, .. statistics], node =>
        {
            node.Attributes.Set("epsilon", Epsilon);
            node.Attributes.Set("momentum", Momentum);
        });
        return Add("Relu", $"{name}.relu", [value]);
    }

    private Value Add(string opType, string name, Value[] inputs, Action<Node>? configure = null)
    {
        var node = new Node(opType, inputs, [new Value($"{name}.out") { Type = ElementType.Float }], name);
        configure?.Invoke(node);
        return _graph.Append(node).Output;
    }

    private Value Filled(string name, float value, int count) =>
        _graph.AddInitializer(name, TensorData.Create([.. Enumerable.Repeat(value, count)], count));

    private Value Normals(string name, double deviation, params ReadOnlySpan<long> dims)
    {
        var count = 1L;
        foreach (var dim in dims)
            count *= dim;
        var draws = new Draws(_seed, _layers++, 0);
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
            value = (float)(deviation * draws.Normal());
        return _graph.AddInitializer(name, TensorData.Create(values, dims));
    }
}
