using Lineup.Compression.Onnx;

namespace Lineup.Compression.Tests.Onnx.Passes;

/// <summary>Nets of a few nodes, each of which asks something of a pass.</summary>
internal static class Nets
{
    /// <summary>A model of one input "x" of [N, channels, 6, 6], whose nodes <paramref name="build"/> makes; it gives the output.</summary>
    public static OnnxModel Of(int channels, Func<Graph, Value, Value> build, long opset = 17)
    {
        var model = new OnnxModel { Graph = new() { Name = "net" }, IrVersion = 8 };
        model.Opsets.Add("", opset);
        var input = model.Graph.AddInput(new("x") { Type = ElementType.Float, Dims = ["N", channels, 6, 6] });
        var output = build(model.Graph, input);
        (output.Name, output.Type) = ("y", ElementType.Float);
        model.Graph.AddOutput(output);
        return model;
    }

    public static Node Add(this Graph graph, string opType, params Value?[] inputs)
    {
        var name = graph.UniqueName(opType.ToLowerInvariant());
        return graph.Append(new Node(opType, inputs, [new Value(name)], name));
    }

    public static Value Weight(this Graph graph, int seed, params long[] dims) =>
        graph.AddInitializer(graph.UniqueName("w"), Tensors.Normal(seed, dims));

    public static Node Conv(this Graph graph, Value x, int inputs, int outputs, int kernel = 3, int groups = 1, bool bias = false)
    {
        var weight = graph.Weight(7, outputs, inputs / groups, kernel, kernel);
        var node = bias ? graph.Add("Conv", x, weight, graph.Weight(8, outputs)) : graph.Add("Conv", x, weight);
        node.Attributes.Set("group", (long)groups);
        return node;
    }

    public static Node BatchNorm(this Graph graph, Value x, int channels)
    {
        var variance = Array.ConvertAll(Tensors.Normal(12, channels).ToArray<float>(), value => 0.2f + Math.Abs(value));
        return graph.Add(
            "BatchNormalization", x, graph.Weight(9, channels), graph.Weight(10, channels), graph.Weight(11, channels),
            graph.AddInitializer(graph.UniqueName("v"), TensorData.Create(variance, channels)));
    }
}
