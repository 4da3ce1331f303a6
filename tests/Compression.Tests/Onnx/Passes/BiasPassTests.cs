using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;

namespace Lineup.Compression.Tests.Onnx.Passes;

public sealed class BiasPassTests
{
    [Fact]
    public void MatMulToGemm_MatrixByConstant_BecomesGemm()
    {
        var model = Nets.Of(4, (graph, x) => graph.Add("MatMul", graph.Add("Flatten", x).Output, graph.Weight(1, 144, 5)).Output);

        RunVerified(model, new InferShapes(), new MatMulToGemm());

        Assert.Contains(model.Graph.Nodes, node => node.Is("Gemm"));
    }

    [Fact]
    public void MatMulToGemm_MoreThanAMatrix_IsLeftAlone()
    {
        var model = Nets.Of(4, (graph, x) => graph.Add("MatMul", x, graph.Weight(1, 6, 5)).Output);

        var results = RunVerified(model, new InferShapes(), new MatMulToGemm());

        Assert.Single(results[1].LeftAlone);
    }

    [Theory]
    [InlineData("one a channel", true, true)]
    [InlineData("one a channel", false, true)]
    [InlineData("one for all", true, true)]
    [InlineData("one a pixel", true, false)]
    [InlineData("one a column", true, false)]
    public void FoldBias_AddAfterConv_IsFoldedWhereItIsABias(string what, bool withBias, bool folded)
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            var conv = graph.Conv(x, 4, 4, bias: withBias).Output;
            var added = what switch
            {
                "one a channel" => graph.Weight(2, 1, 4, 1, 1),
                "one for all" => graph.Weight(2),
                "one a pixel" => graph.Weight(2, 1, 1, 4, 4),
                _ => graph.Weight(2, 4),
            };
            return graph.Add("Add", added, conv).Output;
        });

        RunVerified(model, new FoldBias());

        Assert.Equal(folded ? 0 : 1, model.Graph.Nodes.Count(node => node.Is("Add")));
    }

    [Fact]
    public void FoldBias_AddAfterGemm_IsFolded()
    {
        var model = Nets.Of(4, (graph, x) =>
            graph.Add("Add", graph.Add("Gemm", graph.Add("Flatten", x).Output, graph.Weight(1, 144, 5)).Output, graph.Weight(2, 5)).Output);

        RunVerified(model, new FoldBias());

        Assert.DoesNotContain(model.Graph.Nodes, node => node.Is("Add"));
        Assert.Equal("y", model.Graph.Outputs[0].Name);
    }

    private static IReadOnlyList<PassResult> RunVerified(OnnxModel model, params IGraphPass[] passes) =>
        new PassPipeline(passes).Run(model);
}
