using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Compression.Pruning;
using Lineup.Compression.Tests.Onnx.Passes;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Tests.Pruning;

public sealed class PrunerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    public void Run_ToASparsity_MeetsItToTheWeight(double sparsity)
    {
        var model = PruningScene.Model();

        var result = Pruner(model, new() { Sparsity = sparsity }).Run(null, Cancellation);

        Assert.Equal((long)Math.Round(sparsity * result.Parameters), result.Layers.Sum(layer => (long)layer.Zeros));
        GraphValidator.Validate(result.Model);
        Assert.All(PruningScene.Run(result.Model), score => Assert.True(float.IsFinite(score)));
        Assert.All(result.Layers.Where(layer => layer.Treatment != LayerTreatment.Pruned), layer => Assert.Equal(0, layer.Zeros));
    }

    [Fact]
    public void Run_ByReconstruction_StaysFarCloserToTheOriginalThanByMagnitude()
    {
        var model = PruningScene.Model();
        var expected = PruningScene.Run(model);

        var reconstructed = Pruner(model, new()).Run(null, Cancellation);

        var magnitude = Pruner(model, new() { Method = PruningMethod.Magnitude }).Run(null, Cancellation);
        Assert.Equal(0.5, magnitude.Sparsity, 0.001);
        Assert.Equal(0.5, reconstructed.Sparsity, 0.001);
        var (error, plain) = (Error(reconstructed), Error(magnitude));
        Assert.True(error < plain / 2, $"the error is {error}, by magnitude {plain}");

        double Error(PruningResult result) => PruningScene.RelativeError(expected, PruningScene.Run(result.Model));
    }

    [Fact]
    public void Run_WithOneOrTwoThreads_GivesTheSameBytes()
    {
        var model = PruningScene.Model();

        var one = Pruner(model, new() { Threads = 1 }).Run(null, Cancellation);
        var two = Pruner(model, new() { Threads = 2 }).Run(null, Cancellation);

        Assert.Equal(OnnxWriter.Write(one.Model), OnnxWriter.Write(two.Model));
    }

    [Fact]
    public void Run_WithoutMemoryForActivations_IsAsGood()
    {
        var model = PruningScene.Model();
        var with = Pruner(model, new()).Run(null, Cancellation);

        var without = Pruner(model, new() { ActivationBytes = 0 }).Run(null, Cancellation);

        Assert.Equal(with.Sparsity, without.Sparsity);
        Assert.Equal(with.Layers[^1].Error!.Value, without.Layers[^1].Error!.Value, 1e-3);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(31)]
    public void Run_OnAGrid_BringsEachPrunedRowOntoOneOfSoManySteps(int steps)
    {
        var model = PruningScene.Model();

        var result = Pruner(model, new()).Run(null, Cancellation, steps);

        var pruned = new LayerSet(result.Model.Graph).Pruned;
        Assert.Equal(6, pruned.Count);
        foreach (var layer in pruned)
        {
            var weights = layer.ReadWeights();
            for (var row = 0; row < layer.Rows; row++)
            {
                var values = weights.AsSpan(row * layer.Inputs, layer.Inputs).ToArray();
                var largest = values.Max(Math.Abs);
                Assert.True(Enumerable.Range(1, steps).Any(most => values.All(value => IsMultiple(value, largest / most))), $"row {row} of {layer.Name}");
            }
        }

        static bool IsMultiple(float value, float step) => step == 0 || Math.Abs((value / step) - MathF.Round(value / step)) < 1e-3f;
    }

    [Fact]
    public void Run_OnAGrid_StaysCloserToTheOriginalThanRoundedAfterwards()
    {
        var model = PruningScene.Model();
        var expected = PruningScene.Run(model);
        var pruner = Pruner(model, new() { Sparsity = 0.05 });

        var onGrid = PruningScene.RelativeError(expected, PruningScene.Run(pruner.Run(null, Cancellation, 7).Model));

        var rounded = pruner.Run(null, Cancellation).Model;
        foreach (var layer in new LayerSet(rounded.Graph).Pruned)
            layer.Write(Round(layer, 7), null);
        var plain = PruningScene.RelativeError(expected, PruningScene.Run(rounded));
        Assert.True(onGrid < plain, $"the error is {onGrid}, rounded afterwards {plain}");
    }

    [Fact]
    public void Run_ASecondTime_GivesTheSameBytesInFewerStages()
    {
        var pruner = Pruner(PruningScene.Model(), new());
        var (first, second) = (new List<PruningProgress>(), new List<PruningProgress>());

        var one = pruner.Run(new Callback(first.Add), Cancellation);
        var two = pruner.Run(new Callback(second.Add), Cancellation);

        Assert.Equal(OnnxWriter.Write(one.Model), OnnxWriter.Write(two.Model));
        Assert.DoesNotContain(second, report => report.Stage.StartsWith("survey", StringComparison.Ordinal));
        Assert.Equal((0, second[^1].Total), (second[0].Done, second[^1].Done));
    }

    [Fact]
    public void Run_LeavesTheOriginalAsItWas()
    {
        var model = PruningScene.Model();
        var before = OnnxWriter.Write(model);

        Pruner(model, new()).Run(null, Cancellation);

        Assert.Equal(before, OnnxWriter.Write(model));
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using var source = new CancellationTokenSource();
        var progress = new Callback(report =>
        {
            if (report.Stage == "pruning and fitting")
                source.Cancel();
        });

        Assert.ThrowsAny<OperationCanceledException>(() => Pruner(PruningScene.Model(), new()).Run(progress, source.Token));
    }

    [Fact]
    public void Run_ReportsProgress_ThatNeverGoesBackAndEnds()
    {
        var reports = new List<PruningProgress>();

        Pruner(PruningScene.Model(), new()).Run(new Callback(reports.Add), Cancellation);

        Assert.Equal(reports.Select(report => report.Done).Order(), reports.Select(report => report.Done));
        Assert.Equal(reports[^1].Total, reports[^1].Done);
        Assert.True(reports.Select(report => report.Stage).Distinct().Count() >= 4);
    }

    [Fact]
    public void Plan_SaysWhyOfEachLayer()
    {
        var pruner = Pruner(PruningScene.Model(), new() { ClassifierSparsity = 0.7 });

        var plan = pruner.Plan();

        Assert.Equal(9, plan.Layers.Count);
        Assert.Equal(LayerTreatment.Refitted, plan.Layers[0].Treatment);
        Assert.Equal(2, plan.Layers.Count(layer => layer.Operator == "depthwise Conv 3x3" && layer.Treatment == LayerTreatment.Refitted));
        Assert.Equal(0.7, plan.Layers[^1].Sparsity!.Value, 0.001);
        Assert.All(plan.Layers, layer => Assert.NotEmpty(layer.Why));
        Assert.NotEmpty(plan.Steps);
        Assert.Contains("classifier", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OfAMatMulWithABiasAndOfAConvolutionInGroups_PrunesTheOneAndSaysWhyNotTheOther()
    {
        var model = Nets.Of(3, (graph, x) =>
        {
            x = graph.Add("Relu", graph.Conv(x, 3, 16).Output).Output;
            x = graph.Add("Relu", graph.Conv(x, 16, 16, kernel: 1, groups: 4).Output).Output;
            x = graph.Add("Flatten", graph.Add("GlobalAveragePool", x).Output).Output;
            return graph.Add("Add", graph.Add("MatMul", x, graph.Weight(3, 16, 10)).Output, graph.Weight(4, 10)).Output;
        });
        PassPipeline.Canonical().Run(model);

        var plan = Pruner(model, new()).Plan();

        Assert.Equal(LayerTreatment.Pruned, plan.Layers[^1].Treatment);
        Assert.Equal(LayerTreatment.Untouched, plan.Layers[1].Treatment);
        Assert.Contains("in 4 groups", plan.Layers[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WithBadOptions_NamesEveryProblem()
    {
        var options = new PruningOptions { Sparsity = 1, Threads = 0 };

        var error = Assert.Throws<ArgumentException>(() => Pruner(PruningScene.Model(), options));

        Assert.Contains("sparsity", error.Message, StringComparison.Ordinal);
        Assert.Contains("threads", error.Message, StringComparison.Ordinal);
    }

    private static float[] Round(PrunableLayer layer, int steps)
    {
        var weights = layer.ReadWeights();
        for (var row = 0; row < layer.Rows; row++)
        {
            var values = weights.AsSpan(row * layer.Inputs, layer.Inputs);
            var step = Math.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude<float>(values)) / steps;
            foreach (ref var value in values)
                value = step == 0 ? 0 : step * MathF.Round(value / step);
        }

        return weights;
    }

    private static Pruner Pruner(OnnxModel model, PruningOptions options) => new(model, PruningScene.Pictures(), ModelOutput.Logits, options);

    /// <summary>Unlike <see cref="Progress{T}"/> it answers at once, on the reporting thread.</summary>
    private sealed class Callback(Action<PruningProgress> action) : IProgress<PruningProgress>
    {
        public void Report(PruningProgress value) => action(value);
    }
}
