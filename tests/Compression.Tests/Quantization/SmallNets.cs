using System.Numerics.Tensors;
using Lineup.Compression.Onnx;
using Lineup.Compression.Tests.Onnx.Passes;

namespace Lineup.Compression.Tests.Quantization;

/// <summary>Classifiers of a few nodes for pictures of 6x6, each with something that a quantizer may stumble over.</summary>
internal static class SmallNets
{
    /// <summary>Conv, Relu, Conv, Relu, average, Gemm.</summary>
    public static OnnxModel Plain(long opset = 17) => Nets.Of(
        3,
        (graph, x) =>
        {
            var first = graph.Add("Relu", graph.Conv(x, 3, 4, bias: true).Output).Output;
            var second = graph.Add("Relu", graph.Conv(first, 4, 8, bias: true).Output).Output;
            var head = Head(graph, second);
            Change(head.Inputs[1]!, weights => TensorPrimitives.Multiply(weights, 0.02f, weights));
            return head.Output;
        },
        opset);

    /// <summary>
    /// The same, with enormous weights in the second convolution for an input that is always zero: they change nothing but the step of
    /// the channel's other weights.
    /// </summary>
    /// <param name="layer">What that convolution puts out.</param>
    public static OnnxModel Fragile(out string layer)
    {
        var model = Plain();
        var fragile = model.Graph.Nodes.Where(node => node.Is("Conv")).ElementAt(1);
        Change(model.Graph.Nodes[0].Inputs[2]!, bias => bias[0] = -1000);
        Change(fragile.Inputs[1]!, weights =>
        {
            for (var channel = 0; channel < 8; channel++)
                weights[channel * 36] *= 300;
        });
        layer = fragile.Output.Name;
        return model;
    }

    /// <summary>The same with something else about it.</summary>
    public static OnnxModel Unusual(string what) => Nets.Of(3, (graph, x) =>
    {
        if (what == "leading Add of a constant")
            x = graph.Add("Add", x, graph.Weight(1, 1, 3, 1, 1)).Output;
        var first = graph.Add("Relu", graph.Conv(x, 3, 8, bias: what != "no bias").Output).Output;
        var conv = graph.Conv(first, 8, 8, kernel: 1, groups: what == "groups" ? 4 : 1, bias: what != "no bias");
        var second = conv.Output;
        switch (what)
        {
            case "channel bias as Add":
                second = graph.Add("Add", graph.Weight(5, 1, 8, 1, 1), second).Output;
                break;
            case "average pool":
                var pool = graph.Add("AveragePool", second);
                pool.Attributes.Set("kernel_shape", 2, 2);
                pool.Attributes.Set("strides", 2, 2);
                second = pool.Output;
                break;
            case "dead channel":
                Change(conv.Inputs[1]!, weights =>
                {
                    weights.AsSpan(0, 8).Fill(1e-12f);
                    weights.AsSpan(8, 8).Clear();
                });
                break;
            case "shared weights":
                var again = graph.Add("Conv", graph.Add("Relu", second).Output, conv.Inputs[1]!, conv.Inputs[2]!);
                second = again.Output;
                break;
        }

        second = graph.Add("Relu", second).Output;
        switch (what)
        {
            case "MatMul and Add":
                return graph.Add("Add", Head(graph, second, "MatMul").Output, graph.Weight(6, 5)).Output;
            case "softmax":
                return graph.Add("Softmax", Head(graph, second).Output).Output;
            case "transposed Gemm":
                var gemm = Head(graph, second);
                gemm.SetInput(1, graph.Weight(3, 5, 8));
                gemm.Attributes.Set("transB", 1L);
                return gemm.Output;
            case "Gemm with factors":
                var scaled = Head(graph, second);
                scaled.Attributes.Set("alpha", 0.5f);
                scaled.Attributes.Set("beta", 2f);
                return scaled.Output;
            default:
                return Head(graph, second).Output;
        }
    });

    /// <summary>Gives an initializer other numbers.</summary>
    public static void Change(Value initializer, Action<float[]> change)
    {
        var values = initializer.Data!.ToArray<float>();
        change(values);
        initializer.SetData(TensorData.Create(values, initializer.Data.Dims));
    }

    private static Node Head(Graph graph, Value x, string opType = "Gemm")
    {
        var pooled = graph.Add("Flatten", graph.Add("GlobalAveragePool", x).Output).Output;
        return opType == "Gemm"
            ? graph.Add("Gemm", pooled, graph.Weight(3, 8, 5), graph.Weight(4, 5))
            : graph.Add(opType, pooled, graph.Weight(3, 8, 5));
    }
}
