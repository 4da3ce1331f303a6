using Lineup.Compression.Onnx;
using Lineup.Compression.Quantization;
using Lineup.Compression.Tests.Calibration;
using Lineup.Compression.Tests.Models;
using Lineup.Compression.Tests.Onnx;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Tests.Quantization;

/// <summary>What becomes of nets of many kinds: integer operators where they should be, and answers that stay close.</summary>
public sealed class QuantizedNetTests(ITestOutputHelper output)
{
    private static readonly QuantizationOptions OneMethod = new() { Range = RangeMethod.MinMax };

    /// <summary>Nets of the true topology, narrow and with random weights: their scores are close, but not far off.</summary>
    [Theory]
    [InlineData("resnet50", 64)]
    [InlineData("xception", 75)]
    [InlineData("mobilenetv1", 64)]
    [InlineData("mobilenetv2", 64)]
    [InlineData("squeezenet", 64)]
    public void Run_ReferenceModel_ComputesLayersAndSumsInIntegersAndStaysClose(string name, int side)
    {
        var model = ReferenceModelTests.Build(name, small: true);
        var pictures = CalibrationScene.Pictures(side);

        var result = new Quantizer(model, pictures, ModelOutput.Logits, new()).Run(null, CancellationToken.None);

        output.WriteLine(string.Join(", ", result.Fused.Operators.Select(one => $"{one.OpType} {one.Count}")));
        output.WriteLine(string.Join(Environment.NewLine, result.Fused.FloatNodes));
        output.WriteLine(string.Join(Environment.NewLine, result.Trials));
        Assert.Equal(model.Graph.Nodes.Count(node => node.Is("Conv")), result.Fused.Count("QLinearConv"));
        Assert.Equal(model.Graph.Nodes.Count(node => node.Is("Gemm")), result.Fused.Count("QGemm"));
        Assert.Equal(model.Graph.Nodes.Count(node => node.Is("Add")), result.Fused.Count("QLinearAdd"));
        Assert.All(result.Fused.FloatNodes, node => Assert.Matches("^(Relu|GlobalAveragePool)", node.Node));
        Assert.InRange(result.Trials.Min(trial => trial.Divergence.Kl), 0, 0.2);
    }

    [Theory]
    [InlineData("no bias")]
    [InlineData("groups")]
    [InlineData("transposed Gemm")]
    [InlineData("Gemm with factors")]
    [InlineData("MatMul and Add")]
    [InlineData("channel bias as Add")]
    [InlineData("average pool")]
    [InlineData("softmax")]
    [InlineData("dead channel")]
    [InlineData("shared weights")]
    [InlineData("leading Add of a constant")]
    public void Run_UnusualNet_StaysClose(string what)
    {
        var pictures = CalibrationScene.Pictures(6, count: 12);
        var model = SmallNets.Unusual(what);

        var result = new Quantizer(model, pictures, what == "softmax" ? ModelOutput.Probabilities : ModelOutput.Logits, OneMethod)
            .Run(null, CancellationToken.None);

        output.WriteLine(string.Join(", ", result.Fused.Operators.Select(one => $"{one.OpType} {one.Count}")));
        output.WriteLine(string.Join(Environment.NewLine, result.Fused.FloatNodes));
        foreach (var tensor in pictures.Tensors())
        {
            var picture = TensorData.Create(tensor, 1, 3, 6, 6);
            var expected = Tensors.Run(OnnxWriter.Write(model), picture)[0];
            foreach (var optimize in new[] { true, false })
            {
                var actual = Tensors.Run(OnnxWriter.Write(result.Model), picture, optimize)[0];
                Assert.InRange(TensorDifference.Relative(expected, actual), 0, 0.05);
            }
        }

        Assert.Equal(what == "softmax" ? 2 : model.Graph.Nodes.Count(node => node.Is("Conv")), result.Fused.Count("QLinearConv"));
        Assert.Equal(1, result.Fused.Count("QGemm"));
    }

    [Fact]
    public void Run_NhwcInput_TransposesInFloatAndQuantizesTheRest()
    {
        var model = SmallNets.Plain();
        var (graph, input) = (model.Graph, model.Graph.Inputs[0]);
        input.Dims = ["N", 6, 6, 3];
        var transpose = new Node("Transpose", [input], [new Value("nchw")], "transpose");
        transpose.Attributes.Set("perm", 0, 3, 1, 2);
        graph.Insert(0, transpose);
        input.RedirectUses(transpose.Output, except: transpose);
        var pictures = CalibrationScene.Pictures(6, layout: TensorLayout.Nhwc);

        var result = new Quantizer(model, pictures, ModelOutput.Logits, OneMethod).Run(null, CancellationToken.None);

        Assert.Equal((2, 1), (result.Fused.Count("QLinearConv"), result.Fused.Count("QGemm")));
        Assert.InRange(result.Trials[0].Divergence.Kl, 0, 0.01);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(12)]
    public void Run_OldOperatorSet_IsUpgraded(long opset)
    {
        var quantizer = new Quantizer(SmallNets.Plain(opset), CalibrationScene.Pictures(6), ModelOutput.Logits, OneMethod);

        var result = quantizer.Run(null, CancellationToken.None);

        Assert.Equal(13, result.Model.Opset);
        Assert.Equal((2, 1), (result.Fused.Count("QLinearConv"), result.Fused.Count("QGemm")));
    }
}
