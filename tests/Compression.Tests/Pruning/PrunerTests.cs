using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning;
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
    public void Constructor_WithBadOptions_NamesEveryProblem()
    {
        var options = new PruningOptions { Sparsity = 1, Threads = 0 };

        var error = Assert.Throws<ArgumentException>(() => Pruner(PruningScene.Model(), options));

        Assert.Contains("sparsity", error.Message, StringComparison.Ordinal);
        Assert.Contains("threads", error.Message, StringComparison.Ordinal);
    }

    private static Pruner Pruner(OnnxModel model, PruningOptions options) => new(model, PruningScene.Pictures(), ModelOutput.Logits, options);

    /// <summary>Unlike <see cref="Progress{T}"/> it answers at once, on the reporting thread.</summary>
    private sealed class Callback(Action<PruningProgress> action) : IProgress<PruningProgress>
    {
        public void Report(PruningProgress value) => action(value);
    }
}
