using System.Text.Json;
using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Lineup.Training.Runs;
using Microsoft.Extensions.Time.Testing;

namespace Lineup.Training.Tests.Runs;

public sealed class RecipeRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lineup-run-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TrainAsync_OfSolvableTask_SolvesIt()
    {
        var trained = await TrainAsync("run");

        Assert.True(trained.Last!.AveragedTestTop1 > 0.9, $"of the test pictures {trained.Last.AveragedTestTop1:P0} are right");
        Assert.Equal(trained.Weights, trained.Model!.Graph.Initializers.Sum(value => value.Data!.ElementCount));
    }

    [Fact]
    public async Task TrainAsync_Again_GivesSameBytes() =>
        Assert.Equal(OnnxWriter.Write((await TrainAsync("one")).Model!), OnnxWriter.Write((await TrainAsync("other")).Model!));

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(22)]
    public async Task TrainAsync_StoppedAndResumed_GivesSameBytesAndMetrics(int stepsFirst)
    {
        var whole = await TrainAsync("whole");

        // Every look at the clock takes a second, and a step looks three times.
        var first = await TrainAsync("parts", clock: new CountingClock(), timeLimit: TimeSpan.FromSeconds(3 * stepsFirst));
        Assert.Null(first.Model);
        var second = await TrainAsync("parts", resume: true);

        Assert.Equal(OnnxWriter.Write(whole.Model!), OnnxWriter.Write(second.Model!));
        Assert.Equal(Numbers("whole"), Numbers("parts"));
    }

    [Fact]
    public async Task TrainAsync_ResumedWhenFinished_GivesSameModel()
    {
        var whole = await TrainAsync("whole");

        Assert.Equal(OnnxWriter.Write(whole.Model!), OnnxWriter.Write((await TrainAsync("whole", resume: true)).Model!));
    }

    [Fact]
    public async Task TrainAsync_ResumedWithMoreEpochs_GoesOnWhereRatesAreTheSame()
    {
        var steady = SmallRun.Recipe with { Schedule = SmallRun.Recipe.Schedule with { DecayEpochs = 1 } };
        var longer = await TrainAsync("longer", steady with { Epochs = 6 });

        await TrainAsync("parts", steady with { Epochs = 4 }, new CountingClock(), timeLimit: TimeSpan.FromSeconds(3 * 20));
        var resumed = await TrainAsync("parts", steady with { Epochs = 6 }, resume: true);

        Assert.Equal(OnnxWriter.Write(longer.Model!), OnnxWriter.Write(resumed.Model!));
    }

    [Fact]
    public async Task TrainAsync_ResumedWithOtherRates_Refuses()
    {
        await TrainAsync("run", clock: new CountingClock(), timeLimit: TimeSpan.FromSeconds(30));

        var error = await Assert.ThrowsAsync<TrainingException>(() => TrainAsync("run", SmallRun.Recipe with { Epochs = 6 }, resume: true));

        Assert.Contains("another run", error.Message);
    }

    [Fact]
    public async Task TrainAsync_WithRateBeyondReason_SaysWhatToDo()
    {
        var wild = SmallRun.Recipe with { Schedule = new() { Peak = 100 }, Network = SmallRun.Recipe.Network with { Stages = [new() { Width = 8, Blocks = 3 }] }, Epochs = 40 };

        var error = await Assert.ThrowsAsync<TrainingException>(() => TrainAsync("run", wild));

        Assert.Contains("lower the peak", error.Message);
    }

    [Fact]
    public async Task InstallAsync_OfTrainedModel_MakesItOneThatIsServed()
    {
        var trained = await TrainAsync("run");
        var store = new ModelStore(Path.Combine(_folder, "models"));

        await new ModelInstaller(store).InstallAsync(
            "colours", SmallRun.Recipe, trained, "colours", Path.Combine(_folder, "run"), replace: false, TestContext.Current.CancellationToken);

        var model = Assert.Single(store.Scan().Models);
        Assert.Empty(store.Scan().Problems);
        Assert.Equal(["red", "green", "blue"], ClassLabels.Load(model.Variants[0].LabelsPath!).Select(label => label.Name));
        Assert.Equal(VariantRecipe.Train, model.Variants[0].Manifest.Recipe!.Kind);
        Assert.Equal(4, File.ReadAllLines(Path.Combine(model.Folder, ModelInstaller.LogName)).Length);
    }

    [Fact]
    public async Task InstallAsync_OverModelThatIsThere_RefusesUnlessToldTo()
    {
        var trained = await TrainAsync("run");
        var store = new ModelStore(Path.Combine(_folder, "models"));
        var kept = Path.Combine(Directory.CreateDirectory(store.ModelPath("colours")).FullName, "kept.txt");
        File.WriteAllText(kept, "");

        await Assert.ThrowsAsync<TrainingException>(() => InstallAsync(replace: false));
        Assert.True(File.Exists(kept));
        await InstallAsync(replace: true);
        Assert.False(File.Exists(kept));

        Task InstallAsync(bool replace) => new ModelInstaller(store).InstallAsync(
            "colours", SmallRun.Recipe, trained, "colours", Path.Combine(_folder, "run"), replace, TestContext.Current.CancellationToken);
    }

    private Task<TrainedModel> TrainAsync(
        string folder, Training.Recipes.TrainingRecipe? recipe = null, TimeProvider? clock = null, bool resume = false, TimeSpan? timeLimit = null) =>
        new RecipeRun(
            recipe ?? SmallRun.Recipe,
            new() { Folder = Path.Combine(_folder, folder), Resume = resume, TimeLimit = timeLimit, Threads = 2 },
            clock ?? new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) })
        .TrainAsync(SmallRun.Data, null, TestContext.Current.CancellationToken);

    /// <summary>The metrics without times.</summary>
    private IEnumerable<(int, double, double, double?, double?)> Numbers(string folder) =>
        File.ReadLines(Path.Combine(_folder, folder, "metrics.jsonl"))
            .Select(line => JsonSerializer.Deserialize<EpochReport>(line, JsonSerializerOptions.Web)!)
            .Select(report => (report.Epoch, report.Loss, report.Accuracy, report.TestTop1, report.AveragedTestTop1));

    private sealed class CountingClock : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _looks++;
    }
}
