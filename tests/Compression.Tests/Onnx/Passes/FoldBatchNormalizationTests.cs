using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;

namespace Lineup.Compression.Tests.Onnx.Passes;

public sealed class FoldBatchNormalizationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_AfterConv_Folds(bool bias) =>
        Folds(Nets.Of(4, (graph, x) => graph.BatchNorm(graph.Conv(x, 4, 8, bias: bias).Output, 8).Output));

    [Fact]
    public void Run_AfterGroupedConv_Folds() =>
        Folds(Nets.Of(4, (graph, x) => graph.BatchNorm(graph.Conv(x, 4, 8, groups: 2).Output, 8).Output));

    [Fact]
    public void Run_AfterSeparablePair_FoldsIntoThePointwiseConv()
    {
        var model = Nets.Of(4, (graph, x) =>
            graph.BatchNorm(graph.Conv(graph.Conv(x, 4, 4, groups: 4).Output, 4, 8, kernel: 1).Output, 8).Output);

        Folds(model);

        Assert.Equal(2, model.Graph.Nodes[0].Inputs.Count);
        Assert.Equal(3, model.Graph.Nodes[1].Inputs.Count);
    }

    [Theory]
    [InlineData(0, 1f, 1f)]
    [InlineData(1, 0.5f, 3f)]
    public void Run_AfterGemm_Folds(long transposed, float alpha, float beta) => Folds(Nets.Of(4, (graph, x) =>
    {
        var flat = graph.Add("Flatten", x).Output;
        var gemm = graph.Add("Gemm", flat, transposed == 1 ? graph.Weight(1, 5, 144) : graph.Weight(1, 144, 5), graph.Weight(2, 1, 5));
        gemm.Attributes.Set("transB", transposed);
        gemm.Attributes.Set("alpha", alpha);
        gemm.Attributes.Set("beta", beta);
        return graph.BatchNorm(gemm.Output, 5).Output;
    }));

    [Fact]
    public void Run_WeightSharedByTwoConvs_LeavesTheOtherAsItWas() => Folds(Nets.Of(4, (graph, x) =>
    {
        var conv = graph.Conv(x, 4, 4);
        var second = graph.Add("Conv", x, conv.Inputs[1]);
        return graph.Add("Add", graph.BatchNorm(conv.Output, 4).Output, second.Output).Output;
    }));

    [Fact]
    public void Run_StatisticsSharedByTwoNorms_FoldsBoth() => Folds(Nets.Of(4, (graph, x) =>
    {
        var first = graph.BatchNorm(graph.Conv(x, 4, 4, kernel: 1).Output, 4);
        var conv = graph.Conv(first.Output, 4, 4, kernel: 1);
        return graph.Add("BatchNormalization", [conv.Output, .. first.Inputs.Skip(1)]).Output;
    }));

    [Fact]
    public void Run_WeightFromConstantNode_Folds() => Folds(Nets.Of(4, (graph, x) =>
    {
        var constant = graph.Add("Constant");
        constant.Attributes.Set("value", Tensors.Normal(3, 8, 4, 1, 1));
        return graph.BatchNorm(graph.Add("Conv", x, constant.Output).Output, 8).Output;
    }));

    [Fact]
    public void Run_ConvReadElsewhere_SaysWhyNot() => LeavesAlone("read elsewhere", Nets.Of(4, (graph, x) =>
    {
        var conv = graph.Conv(x, 4, 4);
        return graph.Add("Add", graph.BatchNorm(conv.Output, 4).Output, conv.Output).Output;
    }));

    [Fact]
    public void Run_AfterRelu_SaysWhyNot() =>
        LeavesAlone("Relu", Nets.Of(4, (graph, x) => graph.BatchNorm(graph.Add("Relu", graph.Conv(x, 4, 4).Output).Output, 4).Output));

    [Fact]
    public void Run_OnTheInput_SaysWhyNot() =>
        LeavesAlone("nothing comes before", Nets.Of(4, (graph, x) => graph.Conv(graph.BatchNorm(x, 4).Output, 4, 4).Output));

    [Fact]
    public void Run_ZeroVarianceAndEpsilon_SaysWhyNot() => LeavesAlone("not finite", Nets.Of(4, (graph, x) =>
    {
        var norm = graph.BatchNorm(graph.Conv(x, 4, 4).Output, 4);
        norm.Inputs[4]!.SetData(TensorData.Create(new float[4], 4));
        norm.Attributes.Set("epsilon", 0f);
        return norm.Output;
    }));

    [Fact]
    public void Run_GainBeyondFloat_SaysWhyNot() => LeavesAlone("does not fit", Nets.Of(4, (graph, x) =>
    {
        var norm = graph.BatchNorm(graph.Conv(x, 4, 4).Output, 4);
        norm.Inputs[1]!.SetData(TensorData.Create([3e38f, 1, 1, 1], 4));
        norm.Inputs[4]!.SetData(TensorData.Create([1e-6f, 1, 1, 1], 4));
        return norm.Output;
    }));

    private static void Folds(OnnxModel model)
    {
        var before = Tensors.Run(model)[0];

        var result = new FoldBatchNormalization().Run(model);

        Assert.True(result.Changed);
        Assert.Empty(result.LeftAlone);
        Assert.DoesNotContain(model.Graph.Nodes, node => node.OpType == "BatchNormalization");
        Assert.Empty(GraphValidator.Problems(model));
        Assert.Equal("y", Assert.Single(model.Graph.Outputs).Name);
        Assert.InRange(TensorDifference.Relative(before, Tensors.Run(model)[0]), 0, 2e-6);
    }

    private static void LeavesAlone(string reason, OnnxModel model)
    {
        var before = OnnxWriter.Write(model);

        var result = new FoldBatchNormalization().Run(model);

        Assert.False(result.Changed);
        Assert.Contains(reason, Assert.Single(result.LeftAlone));
        Assert.Equal(before, OnnxWriter.Write(model));
    }
}
