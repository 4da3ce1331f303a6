using Lineup.Compression.Onnx;
using Lineup.Compression.Quantization;
using Lineup.Compression.Tests.Onnx;
using Lineup.Compression.Tests.Onnx.Passes;

namespace Lineup.Compression.Tests.Quantization;

/// <summary>Where quantizers go, on nets of a few nodes. Values are called by what makes them: "conv", "conv_1", "relu".</summary>
public sealed class QuantizationPointsTests
{
    [Fact]
    public void Chain_ConvReluConv_QuantizesInputAndReluButNotTheOutput()
    {
        var points = Points((graph, x) => graph.Conv(graph.Add("Relu", graph.Conv(x, 3, 4).Output).Output, 4, 4).Output);

        Assert.Equal(["x", "relu<Relu>"], Names(points));
        Assert.Empty(points.FloatNodes);
    }

    [Fact]
    public void Residual_ConvAddRelu_QuantizesBothSidesAndTheActivatedSum()
    {
        var points = Points((graph, x) =>
        {
            var first = graph.Add("Relu", graph.Conv(x, 3, 4).Output).Output;
            var second = graph.Conv(first, 4, 4, kernel: 1).Output;
            var sum = graph.Add("Relu", graph.Add("Add", second, first).Output).Output;
            return graph.Conv(sum, 4, 4).Output;
        });

        Assert.Equal(["x", "relu<Relu>", "conv_1", "relu_1<Relu>"], Names(points));
        Assert.Empty(points.FloatNodes);
    }

    [Fact]
    public void Relu_WhatItReadsHasTwoReaders_StaysAndGetsAQuantizerOfItsOwn()
    {
        // Xception: the sum goes on as it is to the shortcut, and activated to the branch.
        var points = Points((graph, x) =>
        {
            var conv = graph.Conv(x, 3, 4).Output;
            var branch = graph.Conv(graph.Add("Relu", conv).Output, 4, 4, kernel: 1).Output;
            return graph.Conv(graph.Add("Add", conv, branch).Output, 4, 4).Output;
        });

        Assert.Equal(["x", "conv", "relu", "conv_1", "add"], Names(points));
        Assert.Contains("read elsewhere too", Assert.Single(points.FloatNodes).Why);
    }

    [Fact]
    public void Concat_OfPooledBranches_RepeatsThePoolsRange()
    {
        var points = Points((graph, x) =>
        {
            var conv = graph.Add("Relu", graph.Conv(x, 3, 4).Output).Output;
            var pool = graph.Add("MaxPool", conv);
            pool.Attributes.Set("kernel_shape", 1, 1);
            var concat = graph.Add("Concat", pool.Output, graph.Conv(conv, 4, 2, kernel: 1).Output);
            concat.Attributes.Set("axis", 1L);
            return graph.Conv(concat.Output, 6, 4).Output;
        });

        Assert.Equal(["x", "relu<Relu>", "maxpool=relu", "conv_1", "concat"], Names(points));
    }

    [Fact]
    public void End_AveragePool_StaysInFloat()
    {
        var points = Points((graph, x) =>
            graph.Add("Flatten", graph.Add("GlobalAveragePool", graph.Add("Relu", graph.Conv(x, 3, 4).Output).Output).Output).Output);

        Assert.Equal(["x", "relu<Relu>"], Names(points));
        Assert.All(points.FloatNodes, node => Assert.Contains("must keep its precision", node.Why));
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    [InlineData("Sigmoid")]
    public void End_Probabilities_KeepTheScoresInFloat(string opType)
    {
        var points = Points((graph, x) => graph.Add(opType, Head(graph, graph.Conv(x, 3, 4).Output)).Output);

        Assert.Equal(["x", "conv", "globalaveragepool", "flatten=globalaveragepool"], Names(points));
    }

    [Fact]
    public void End_ScaledScores_StayInFloat()
    {
        var points = Points((graph, x) =>
            graph.Add("Div", Head(graph, graph.Conv(x, 3, 4).Output), graph.AddInitializer("temperature", TensorData.Scalar(2f))).Output);

        Assert.DoesNotContain(Names(points), name => name.StartsWith("gemm", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0f, 6f, true)]
    [InlineData(0f, null, true)]
    [InlineData(-1f, 6f, false)]
    [InlineData(null, 6f, false)]
    public void Clip_BoundsAsInputs_IsTakenOverIfItStartsAtZero(float? low, float? high, bool takenOver)
    {
        var points = Points((graph, x) =>
        {
            var bounds = new[] { Bound(graph, low), Bound(graph, high) };
            return graph.Conv(graph.Add("Clip", graph.Conv(x, 3, 4).Output, bounds[0], bounds[1]).Output, 4, 4).Output;
        });

        Assert.Equal(takenOver ? ["x", "clip<Clip>"] : ["x", "conv", "clip"], Names(points));
    }

    [Theory]
    [InlineData(0f, true)]
    [InlineData(-1f, false)]
    public void Clip_BoundsAsAttributes_IsTakenOverIfItStartsAtZero(float low, bool takenOver)
    {
        var points = Points((graph, x) =>
        {
            var clip = graph.Add("Clip", graph.Conv(x, 3, 4).Output);
            clip.Attributes.Set("min", low);
            clip.Attributes.Set("max", 6f);
            return graph.Conv(clip.Output, 4, 4).Output;
        });

        Assert.Equal(takenOver ? ["x", "clip<Clip>"] : ["x", "conv", "clip"], Names(points));
    }

    [Fact]
    public void Add_OfAConstant_StaysInFloatBetweenQuantizers()
    {
        var points = Points((graph, x) =>
            graph.Conv(graph.Add("Add", graph.Conv(x, 3, 4).Output, graph.Weight(1, 1, 4, 1, 1)).Output, 4, 4).Output);

        Assert.Equal(["x", "conv", "add"], Names(points));
        Assert.Contains("constant", Assert.Single(points.FloatNodes).Why);
    }

    [Fact]
    public void Transpose_BeforeTheFirstLayer_IsNotQuantized()
    {
        var points = Points((graph, x) =>
        {
            var transpose = graph.Add("Transpose", x);
            transpose.Attributes.Set("perm", 0, 2, 1, 3);
            return graph.Conv(transpose.Output, 6, 4, kernel: 1).Output;
        });

        Assert.Equal(["transpose"], Names(points));
        Assert.StartsWith("Transpose", Assert.Single(points.FloatNodes).Node, StringComparison.Ordinal);
    }

    [Fact]
    public void IntegerValues_SuchAsShapes_AreLeftAlone()
    {
        var points = Points((graph, x) =>
        {
            var shape = graph.Add("Shape", x);
            shape.Output.Type = ElementType.Int64;
            var twice = graph.Add("Concat", shape.Output, shape.Output);
            twice.Attributes.Set("axis", 0L);
            twice.Output.Type = ElementType.Int64;
            graph.Add("ConstantOfShape", twice.Output);
            return graph.Conv(x, 3, 4).Output;
        });

        Assert.Equal(["x"], Names(points));
    }

    [Fact]
    public void InnerOutput_ThatIsReadByALayerToo_IsQuantizedForTheLayerAlone()
    {
        Value? inner = null;
        var model = Nets.Of(3, (graph, x) => graph.Conv(inner = graph.Add("Relu", graph.Conv(x, 3, 4).Output).Output, 4, 4).Output);
        model.Graph.AddOutput(inner!);

        Assert.Equal(["x", "relu"], Names(new(model.Graph, new HashSet<Node>())));
    }

    private static Value Head(Graph graph, Value x)
    {
        var pooled = graph.Add("Flatten", graph.Add("GlobalAveragePool", x).Output).Output;
        return graph.Add("Gemm", pooled, graph.Weight(3, 4, 5)).Output;
    }

    private static Value? Bound(Graph graph, float? value) =>
        value is { } number ? graph.AddInitializer(graph.UniqueName("bound"), TensorData.Scalar(number)) : null;

    private static QuantizationPoints Points(Func<Graph, Value, Value> build) => new(Nets.Of(3, build).Graph, new HashSet<Node>());

    private static string[] Names(QuantizationPoints points) =>
    [
        .. points.Points.Select(point =>
            point.Value.Name
            + (point.Activation is { } node ? $"<{node.OpType}>" : "")
            + (point.SameAs is { } same ? $"={same.Name}" : "")),
    ];
}
