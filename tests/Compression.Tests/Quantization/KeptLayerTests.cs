using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Quantization;
using Lineup.Compression.Tests.Calibration;
using Lineup.Compression.Tests.Models;
using Lineup.Compression.Tests.Onnx;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Tests.Quantization;

public sealed class KeptLayerTests
{
    private static readonly QuantizationOptions OneMethod = new() { Range = RangeMethod.MinMax };

    /// <summary>A projection between two others: what it reads and what it makes are quantized, which is where ONNX Runtime would
    /// quantize its weights too.</summary>
    [Theory]
    [InlineData("mobilenetv2", 2, false)]
    [InlineData("mobilenetv2", 5, false)]
    [InlineData("mobilenetv2", 1, true)]
    [InlineData("mobilenetv2", 0, true)]
    [InlineData("squeezenet", 3, true)]
    public void Run_KeptConvolution_ComputesInFloatWithItsOwnWeightsWhileOthersDoNot(string net, int index, bool hasActivation)
    {
        var model = ReferenceModelTests.Build(net, small: true);
        var all = Quantize(model, []);
        var kept = model.Graph.Nodes.Where(node => node.Is("Conv")).ElementAt(index);

        var result = Quantize(model, [kept.Name.Length > 0 ? kept.Name : kept.Output.Name]);

        var same = result.Model.Graph.Nodes.Single(node => node.Output.Name == kept.Output.Name);
        Assert.NotNull(same.Inputs[1]!.Constant);
        Assert.Equal(ElementType.Float, same.Inputs[1]!.Type);
        Assert.Equal(all.Plan.Weights.Count - 1, result.Plan.Weights.Count);
        Assert.Equal(all.Fused.Count("QLinearConv") - 1, result.Fused.Count("QLinearConv"));
        Assert.Contains(result.Plan.FloatNodes, node => node.Why == "kept as asked");
        Assert.Equal(hasActivation ? 2 : 1, result.Plan.FloatNodes.Count - all.Plan.FloatNodes.Count);
        Assert.Contains(result.Fused.FloatNodes, node => node.Why == "kept as asked");
    }

    [Fact]
    public void Run_KeptClassifier_LeavesTheRestInIntegers()
    {
        var model = SmallNets.Plain();

        var result = Quantize(model, [model.Graph.Nodes.Single(node => node.Is("Gemm")).Output.Name], side: 6);

        Assert.Equal((2, 0), (result.Fused.Count("QLinearConv"), result.Fused.Count("QGemm")));
        Assert.Equal("kept as asked", Assert.Single(result.Fused.FloatNodes).Why);
    }

    [Fact]
    public void Run_EveryLayerKept_IsNothingToQuantize()
    {
        var model = SmallNets.Plain();
        string[] names = [.. model.Graph.Nodes.Where(node => node.Is("Conv") || node.Is("Gemm")).Select(node => node.Output.Name)];

        Assert.Throws<UnsupportedModelException>(() => Quantize(model, names, side: 6));
    }

    /// <summary>The sensitivity report says what keeping a layer gives, and that is what it gives.</summary>
    [Fact]
    public void Run_LayerKept_DivergesAsMuchLessAsTheSensitivityReportSaid()
    {
        var options = OneMethod with { ExtraViews = false };
        var model = SmallNets.Fragile(out var fragile);
        var before = Quantize(model, options with { Sensitivity = true }, side: 6);

        var after = Quantize(model, options with { KeepFloat = [fragile] }, side: 6);

        var promised = before.Sensitivity.Single(layer => layer.Node.Contains(fragile, StringComparison.Ordinal));
        Assert.True(after.Trials[0].Divergence.Kl < before.Trials[0].Divergence.Kl / 2, $"{before.Trials[0].Divergence} became {after.Trials[0].Divergence}");
        Assert.Equal(promised.Rest.Kl, after.Trials[0].Divergence.Kl, 1e-9);
        Assert.Equal(before.Trials[0].Divergence.Kl - after.Trials[0].Divergence.Kl, promised.Gain, 1e-9);
    }

    [Fact]
    public void New_UnknownLayer_IsRefusedWithSomeThatThereAre()
    {
        var model = SmallNets.Plain();

        var error = Assert.Throws<ArgumentException>(() => Quantize(model, ["no-such-layer", "nor-this"], side: 6));

        Assert.Contains("'no-such-layer', 'nor-this'", error.Message, StringComparison.Ordinal);
        Assert.Contains(model.Graph.Nodes.Single(node => node.Is("Gemm")).Output.Name, error.Message, StringComparison.Ordinal);
    }

    private static QuantizationResult Quantize(OnnxModel model, string[] kept, int side = 64) =>
        Quantize(model, OneMethod with { KeepFloat = kept }, side);

    private static QuantizationResult Quantize(OnnxModel model, QuantizationOptions options, int side) =>
        new Quantizer(model, CalibrationScene.Pictures(side), ModelOutput.Logits, options).Run(null, CancellationToken.None);
}
