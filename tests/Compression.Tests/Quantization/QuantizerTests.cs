using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Quantization;
using Lineup.Compression.Tests.Calibration;
using Lineup.Compression.Tests.Models;
using Lineup.Compression.Tests.Onnx;
using Lineup.Compression.Tests.Onnx.Passes;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Tests.Quantization;

public sealed class QuantizerTests(ITestOutputHelper output)
{
    private static readonly QuantizationOptions OneMethod = new() { Range = RangeMethod.MinMax };

    [Fact]
    public void Run_Twice_GivesTheSameBytes()
    {
        var model = ReferenceModelTests.Build("mobilenetv2", small: true);

        var first = Quantize(model, 64, new());
        var second = Quantize(model.Clone(), 64, new());

        Assert.Equal(OnnxWriter.Write(first.Model), OnnxWriter.Write(second.Model));
    }

    [Fact]
    public void Run_Model_LeavesTheOriginalAsItWas()
    {
        var model = ReferenceModelTests.Build("mobilenetv1", small: true);
        var before = OnnxWriter.Write(model);

        Quantize(model, 64);

        Assert.Equal(before, OnnxWriter.Write(model));
    }

    [Fact]
    public void Run_ReducedRange_KeepsWeightsWithin63()
    {
        var result = Quantize(ReferenceModelTests.Build("squeezenet", small: true), 64, OneMethod with { ReducedRange = true });

        var weights = result.Model.Graph.Initializers.Where(value => value.Name.EndsWith("_int8", StringComparison.Ordinal)).ToArray();
        Assert.Equal(26, weights.Length);
        Assert.Equal(63, weights.Max(value => value.Data!.ToArray<sbyte>().Max(weight => Math.Abs((int)weight))));
    }

    [Fact]
    public void Run_OneMethod_TriesNoOther()
    {
        var result = Quantize(SmallNets.Plain(), 6, new() { Range = RangeMethod.Percentile9999 });

        Assert.Equal(RangeMethod.Percentile9999, Assert.Single(result.Trials).Method);
        Assert.Equal(RangeMethod.Percentile9999, result.Plan.Method);
    }

    [Fact]
    public void Run_AllMethods_TakesTheOneThatDivergesLeast()
    {
        var result = Quantize(SmallNets.Plain(), 6, new());

        Assert.Equal(Enum.GetValues<RangeMethod>(), result.Trials.Select(trial => trial.Method));
        Assert.Equal(result.Trials.MinBy(trial => trial.Divergence.Kl)!.Method, result.Plan.Method);
    }

    [Fact]
    public void Run_Sensitivity_RanksTheFragileLayerFirst()
    {
        // Enormous weights for an input that is always zero: they change nothing but the step of the channel's other weights.
        var model = SmallNets.Plain();
        var (first, fragile) = (model.Graph.Nodes[0], model.Graph.Nodes.Where(node => node.Is("Conv")).ElementAt(1));
        SmallNets.Change(first.Inputs[2]!, bias => bias[0] = -1000);
        SmallNets.Change(fragile.Inputs[1]!, weights =>
        {
            for (var channel = 0; channel < 8; channel++)
                weights[channel * 36] *= 300;
        });

        var result = Quantize(model, 6, OneMethod with { Sensitivity = true });

        foreach (var layer in result.Sensitivity)
            output.WriteLine($"{layer.Node}: {layer.Divergence}");
        Assert.Equal(3, result.Sensitivity.Count);
        Assert.Equal(fragile.ToString(), result.Sensitivity[0].Node);
    }

    [Fact]
    public void Run_PlanSaysWhy_ForEveryTensorAndLayer()
    {
        var plan = Quantize(ReferenceModelTests.Build("mobilenetv2", small: true), 64).Plan;

        Assert.Equal(53, plan.Weights.Count);
        Assert.All(plan.Activations, one => Assert.NotEmpty(one.Why));
        Assert.Contains(plan.Activations, one => one.Why.Contains("equalised", StringComparison.Ordinal));
        Assert.Contains(plan.Activations, one => one.Why.Contains("takes over Clip", StringComparison.Ordinal));
        Assert.All(plan.Weights, one => Assert.Equal("largest weight of each channel", one.Why));
        Assert.Empty(plan.FloatNodes);
    }

    [Fact]
    public void Run_NothingToQuantize_IsRefused()
    {
        var model = Nets.Of(3, (graph, x) => graph.Add("GlobalAveragePool", x).Output);
        var quantizer = Create(model);

        var error = Assert.Throws<UnsupportedModelException>(() => quantizer.Run(null, CancellationToken.None));

        Assert.Contains("nothing to quantize", error.Message);
    }

    [Fact]
    public void New_OldOperatorThatMayMeanSomethingElse_IsRefusedByName()
    {
        var model = Nets.Of(3, (graph, x) => graph.Conv(graph.Add("MeanVarianceNormalization", x).Output, 3, 4).Output, opset: 12);

        var error = Assert.Throws<UnsupportedModelException>(() => Create(model));

        Assert.Contains("MeanVarianceNormalization", error.Message);
    }

    [Fact]
    public void New_WeightsThatAreNotFinite_AreRefusedByName()
    {
        var model = SmallNets.Plain();
        SmallNets.Change(model.Graph.Nodes[0].Inputs[1]!, weights => weights[5] = float.PositiveInfinity);

        Assert.Throws<InvalidModelException>(() => Create(model));
    }

    [Fact]
    public void New_NoTrialPictures_IsTheCallersMistake() => Assert.Throws<ArgumentOutOfRangeException>(() =>
        Create(SmallNets.Plain(), options: new() { TrialPictures = 0 }));

    [Theory]
    [InlineData("calibrating")]
    [InlineData("trying range methods")]
    [InlineData("measuring sensitivity")]
    public void Run_CancelledInAStage_Stops(string stage)
    {
        using var source = new CancellationTokenSource();
        var quantizer = Create(SmallNets.Plain(), options: OneMethod with { Sensitivity = true });

        Assert.ThrowsAny<OperationCanceledException>(() => quantizer.Run(new Canceller(source, stage), source.Token));
    }

    private static QuantizationResult Quantize(OnnxModel model, int side, QuantizationOptions? options = null) =>
        Create(model, side, options).Run(null, CancellationToken.None);

    private static Quantizer Create(OnnxModel model, int side = 6, QuantizationOptions? options = null) =>
        new(model, CalibrationScene.Pictures(side), ModelOutput.Logits, options ?? OneMethod);

    private sealed class Canceller(CancellationTokenSource source, string stage) : IProgress<QuantizationProgress>
    {
        public void Report(QuantizationProgress value)
        {
            if (value.Stage == stage)
                source.Cancel();
        }
    }
}
