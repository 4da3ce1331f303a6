using Lineup.Compression.Onnx;
using Lineup.Compression.Quantization;
using Lineup.Compression.Tests.Onnx;
using Lineup.Compression.Tests.Onnx.Passes;

namespace Lineup.Compression.Tests.Quantization;

public sealed class LayerWeightsTests
{
    [Theory]
    [InlineData(6, 8, 1, false)]
    [InlineData(6, 8, 2, false)]
    [InlineData(6, 6, 6, true)]
    [InlineData(6, 12, 6, false)]
    public void Conv_AnyGroups_MapsRowsToTheChannelsTheyRead(int inputs, int outputs, int groups, bool depthwise)
    {
        var weights = Layer(graph => graph.Conv(graph.Inputs[0], inputs, outputs, groups: groups));

        Assert.Equal(
            (outputs, inputs / groups * 9, 9, inputs / groups, depthwise),
            (weights.Channels, weights.RowLength, weights.Taps, weights.InputsPerGroup, weights.IsDepthwise));
        for (var o = 0; o < outputs; o++)
        {
            var group = o / (outputs / groups);
            for (var i = 0; i < weights.RowLength; i++)
                Assert.Equal((group * (inputs / groups)) + (i / 9), weights.InputChannel(o, i));
        }
    }

    [Theory]
    [InlineData("Gemm", true)]
    [InlineData("Gemm", false)]
    [InlineData("MatMul", false)]
    public void Matrix_EitherWay_HasARowForEachOutputAndComesBackAsItWas(string opType, bool transposed)
    {
        var weights = Layer(graph => Matrix(graph, opType, transposed));

        var tensor = weights.Node.Inputs[1]!.Data!;
        Assert.Equal((5, 3, transposed ? 0 : 1), (weights.Channels, weights.RowLength, weights.Axis));
        for (var o = 0; o < 5; o++)
        {
            for (var i = 0; i < 3; i++)
                Assert.Equal(tensor.AsSpan<float>()[transposed ? (o * 3) + i : (i * 5) + o], weights.Row(o)[i]);
        }

        Assert.True(tensor.ContentEquals(weights.ToTensor(weights.Rows)));
    }

    [Fact]
    public void Gemm_WithFactors_HasThemInWeightsAndBias()
    {
        var weights = Layer(graph =>
        {
            var gemm = Matrix(graph, "Gemm", transposed: true);
            gemm.SetInput(2, graph.AddInitializer("bias", TensorData.Create([4f], 1)));
            gemm.Attributes.Set("alpha", 0.5f);
            gemm.Attributes.Set("beta", 3f);
            return gemm;
        });

        Assert.Equal(Tensors.Normal(3, 5, 3).AsSpan<float>()[7] / 2, weights.Rows[7]);
        Assert.Equal([12, 12, 12, 12, 12], weights.Bias!);
    }

    [Theory]
    [InlineData("transposed input", "reads its input transposed")]
    [InlineData("matrix bias", "bias")]
    [InlineData("free bias", "bias")]
    [InlineData("free weights", "not constant")]
    [InlineData("half weights", "Float16")]
    [InlineData("none", null)]
    public void Refusal_WhatCannotBecomeInt8_IsNamed(string what, string? reason)
    {
        Node? gemm = null;
        Nets.Of(3, (graph, x) =>
        {
            var other = graph.Add("Neg", x).Output;
            gemm = Matrix(graph, "Gemm", transposed: true);
            switch (what)
            {
                case "transposed input":
                    gemm.Attributes.Set("transA", 1L);
                    break;
                case "matrix bias":
                    gemm.SetInput(2, graph.Weight(1, 4, 5));
                    break;
                case "free bias":
                    gemm.SetInput(2, other);
                    break;
                case "free weights":
                    gemm.SetInput(1, other);
                    break;
                case "half weights":
                    gemm.SetInput(1, graph.AddInitializer("half", TensorData.Create(new Half[15], 5, 3)));
                    break;
            }

            return gemm.Output;
        });

        var refusal = LayerWeights.Refusal(gemm!);

        if (reason is null)
            Assert.Null(refusal);
        else
            Assert.Contains(reason, refusal!);
    }

    private static Node Matrix(Graph graph, string opType, bool transposed)
    {
        var weight = transposed ? graph.Weight(3, 5, 3) : graph.Weight(3, 3, 5);
        var node = graph.Add(opType, graph.Add("Flatten", graph.Add("GlobalAveragePool", graph.Inputs[0]).Output).Output, weight);
        if (transposed)
            node.Attributes.Set("transB", 1L);
        return node;
    }

    private static LayerWeights Layer(Func<Graph, Node> build)
    {
        LayerWeights? weights = null;
        Nets.Of(6, (graph, _) =>
        {
            var node = build(graph);
            Assert.Null(LayerWeights.Refusal(node));
            weights = new(node);
            return node.Output;
        });
        return weights!;
    }
}
