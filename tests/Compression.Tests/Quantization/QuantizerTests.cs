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
    public void Run_AllMethods_TakesOneThatDivergesAsLittleAsCanBeTold()
    {
        var result = Quantize(SmallNets.Plain(), 6, new());

        Assert.Equal(Enum.GetValues<RangeMethod>(), result.Trials.Select(trial => trial.Method));
        var taken = result.Trials.Single(trial => trial.Method == result.Plan.Method);
        Assert.Equal(taken.Divergence.Kl - result.Trials.Min(trial => trial.Divergence.Kl), taken.Excess, 1e-12);
        Assert.True(taken.Excess <= taken.ExcessError);
        Assert.Equal(1, result.Trials.Single(trial => trial.Method == RangeMethod.MinMax).Kept, 1e-6);
        Assert.All(result.Trials, trial => Assert.InRange(trial.Kept, 0.1, 1.000001));
    }

    [Fact]
    public void Run_ExtraViews_WidensTheRanges()
    {
        var (plain, wide) = (Quantize(SmallNets.Plain(), 6, OneMethod with { ExtraViews = false }), Quantize(SmallNets.Plain(), 6, OneMethod));

        var pairs = plain.Plan.Activations.Zip(wide.Plan.Activations, (one, other) => (Before: one.Range.Scale, After: other.Range.Scale)).ToArray();
        Assert.All(pairs, pair => Assert.True(pair.After >= pair.Before));
        Assert.Contains(pairs, pair => pair.After > pair.Before);
        Assert.Contains(wide.Plan.Activations, one => one.Why.Contains("in two views", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_Sensitivity_RanksTheFragileLayerFirst()
    {
        var model = SmallNets.Fragile(out var fragile);

        var result = Quantize(model, 6, OneMethod with { Sensitivity = true });

        foreach (var layer in result.Sensitivity)
            output.WriteLine($"{layer.Node}: {layer.Gain} +- {layer.GainError}, {layer.Rest}");
        Assert.Equal(3, result.Sensitivity.Count);
        Assert.Contains(fragile, result.Sensitivity[0].Node, StringComparison.Ordinal);
        Assert.Equal(result.Sensitivity.OrderByDescending(layer => layer.Gain), result.Sensitivity);
        Assert.True(result.Sensitivity[0].Gain > 2 * result.Sensitivity[0].GainError);
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
    public void New_NoTrialViews_IsTheCallersMistake() => Assert.Throws<ArgumentOutOfRangeException>(() =>
        Create(SmallNets.Plain(), options: new() { TrialViews = 0 }));

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
