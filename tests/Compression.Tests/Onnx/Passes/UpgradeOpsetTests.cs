using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;

namespace Lineup.Compression.Tests.Onnx.Passes;

public sealed class UpgradeOpsetTests
{
    public static TheoryData<string, int> Operators => new()
    {
        { "Clip", 7 }, { "Clip", 10 }, { "Clip", 11 }, { "Clip without a bound", 9 }, { "Pad", 7 }, { "Pad", 11 }, { "Slice", 9 },
        { "Slice", 10 }, { "Squeeze", 7 }, { "Squeeze", 12 }, { "Unsqueeze", 11 }, { "ReduceSum", 9 }, { "ReduceSum of all", 12 },
        { "Split", 11 }, { "Dropout", 7 }, { "Dropout", 12 }, { "BatchNormalization", 7 }, { "BatchNormalization", 9 },
        { "Softmax of a row", 7 }, { "Softmax of pooled channels", 9 }, { "Softmax of the last axis", 11 }, { "LogSoftmax of a row", 12 },
        { "MaxPool", 7 }, { "MaxPool", 8 }, { "AveragePool", 10 }, { "Flatten", 7 }, { "Gemm", 8 }, { "Concat", 9 }, { "Conv", 7 },
    };

    [Theory]
    [MemberData(nameof(Operators))]
    public void Run_KnownOperator_ComputesTheSameIn13(string what, int opset)
    {
        var model = Nets.Of(4, (graph, x) => Build(graph, x, what, opset), opset);
        new InferShapes().Run(model);
        var before = Tensors.Run(model)[0];

        var result = new UpgradeOpset().Run(model);

        GraphValidator.Validate(model);
        Assert.True(result.Changed);
        Assert.Equal(13, model.Opset);

        // ONNX Runtime may add up in another order for another version of an operator.
        Assert.InRange(TensorDifference.Relative(before, Tensors.Run(model)[0]), 0, 1e-6);
    }

    [Fact]
    public void Run_SoftmaxOverSeveralAxesTogether_IsRefusedAndNothingIsChanged()
    {
        var model = Nets.Of(4, (graph, x) => graph.Add("Softmax", graph.Add("Clip", x).Output).Output, 9);
        new InferShapes().Run(model);

        var error = Assert.Throws<UnsupportedModelException>(() => new UpgradeOpset().Run(model));

        Assert.Contains("Softmax", error.Message);
        Assert.Equal(9, model.Opset);
    }

    [Theory]
    [InlineData("Upsample", 9)]
    [InlineData("Relu", 6)]
    public void Run_WhatIsNotKnownToStay_IsRefusedByName(string opType, int opset)
    {
        var model = Nets.Of(4, (graph, x) => graph.Add(opType, x).Output, opset);

        var error = Assert.Throws<UnsupportedModelException>(() => new UpgradeOpset().Run(model));

        Assert.Contains(opset == 6 ? "operator set 6" : opType, error.Message);
    }

    [Fact]
    public void Run_OperatorSet13OrLater_StaysAsItIs()
    {
        var model = Nets.Of(4, (graph, x) => graph.Add("Relu", x).Output);

        Assert.False(new UpgradeOpset().Run(model).Changed);
        Assert.Equal(17, model.Opset);
    }

    private static Value Build(Graph graph, Value x, string what, int opset)
    {
        var pooled = new Lazy<Value>(() => graph.Add("GlobalAveragePool", x).Output);
        switch (what)
        {
            case "Clip" when opset >= 11:
                return graph.Add("Clip", x, Scalar(graph, -0.5f), Scalar(graph, 0.25f)).Output;
            case "Clip":
                return With(graph.Add("Clip", x), ("min", -0.5f), ("max", 0.25f));
            case "Clip without a bound":
                return With(graph.Add("Clip", x), ("min", -0.5f));
            case "Pad" when opset >= 11:
                return graph.Add("Pad", x, Ints(graph, 0, 0, 1, 2, 0, 0, 2, 1), Scalar(graph, 0.5f)).Output;
            case "Pad":
                return With(WithInts(graph.Add("Pad", x), "pads", 0, 0, 1, 2, 0, 0, 2, 1), ("value", 0.5f));
            case "Slice" when opset >= 10:
                return graph.Add("Slice", x, Ints(graph, 1), Ints(graph, 5), Ints(graph, 2)).Output;
            case "Slice":
                return WithInts(WithInts(WithInts(graph.Add("Slice", x), "starts", 1), "ends", 5), "axes", 2).Output;
            case "Squeeze":
                return WithInts(graph.Add("Squeeze", pooled.Value), "axes", 2, 3).Output;
            case "Unsqueeze":
                return WithInts(graph.Add("Unsqueeze", x), "axes", 0, 5).Output;
            case "ReduceSum":
                return WithInts(graph.Add("ReduceSum", x), "axes", 2, 3).Output;
            case "ReduceSum of all":
                return graph.Add("ReduceSum", x).Output;
            case "Split":
                var split = graph.Append(new Node("Split", [x], [new Value("left"), new Value("right")], "split"));
                WithInts(split, "split", 1, 3).Attributes.Set("axis", 1L);
                return split.Outputs[1]!;
            case "Dropout":
                return opset < 12 ? With(graph.Add("Dropout", x), ("ratio", 0.4f)) : graph.Add("Dropout", x, Scalar(graph, 0.4f)).Output;
            case "BatchNormalization":
                var norm = graph.BatchNorm(x, 4);
                if (opset < 9)
                    norm.Attributes.Set("spatial", 1L);
                return norm.Output;
            case "Softmax of a row":
                return graph.Add("Softmax", graph.Add("Flatten", x).Output).Output;
            case "Softmax of pooled channels":
                return graph.Add("Softmax", pooled.Value).Output;
            case "Softmax of the last axis":
                var softmax = graph.Add("Softmax", x);
                softmax.Attributes.Set("axis", -1L);
                return softmax.Output;
            case "LogSoftmax of a row":
                return graph.Add("LogSoftmax", graph.Add("Flatten", x).Output).Output;
            case "MaxPool" or "AveragePool":
                return WithInts(WithInts(graph.Add(what, x), "kernel_shape", 3, 3), "pads", 1, 0, 1, 1).Output;
            case "Gemm":
                return graph.Add("Gemm", graph.Add("Flatten", x).Output, graph.Weight(1, 144, 5), graph.Weight(2, 5)).Output;
            case "Concat":
                var concat = graph.Add("Concat", x, x);
                concat.Attributes.Set("axis", 1L);
                return concat.Output;
            case "Conv":
                return graph.Conv(x, 4, 4, groups: 2, bias: true).Output;
            default:
                return graph.Add(what, x).Output;
        }
    }

    private static Value With(Node node, params (string Name, float Value)[] attributes)
    {
        foreach (var (name, value) in attributes)
            node.Attributes.Set(name, value);
        return node.Output;
    }

    private static Node WithInts(Node node, string name, params ReadOnlySpan<long> values)
    {
        node.Attributes.Set(name, values);
        return node;
    }

    private static Value Scalar(Graph graph, float value) => graph.AddInitializer(graph.UniqueName("bound"), TensorData.Scalar(value));

    private static Value Ints(Graph graph, params long[] values) =>
        graph.AddInitializer(graph.UniqueName("ints"), TensorData.Create(values, values.Length));
}
