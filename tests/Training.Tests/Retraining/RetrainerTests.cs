using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Compression.Pictures;
using Lineup.Compression.Quantization;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Lineup.TestSupport;
using Lineup.Training.Data;
using Lineup.Training.Retraining;
using Lineup.Training.Runs;
using Lineup.Training.Tests.Runs;

namespace Lineup.Training.Tests.Retraining;

public sealed class RetrainerTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lineup-retrain-").FullName;
    private readonly ModelStore _store;

    public RetrainerTests() => _store = new(Path.Combine(_folder, "models"));

    private StoredModel Model => Assert.Single(_store.Scan().Models);

    /// <summary>A trained model, and of it a variant that lost the smaller three quarters of each kernel and with it what it had learned.</summary>
    public async ValueTask InitializeAsync()
    {
        var run = Path.Combine(_folder, "run");
        var trained = await new RecipeRun(SmallRun.Recipe, new() { Folder = run }, TimeProvider.System).TrainAsync(SmallRun.Data, null, CancellationToken.None);
        await new ModelInstaller(_store).InstallAsync("colours", SmallRun.Recipe, trained, "colours", run, replace: false, CancellationToken.None);

        var pruned = OnnxReader.Read(Path.Combine(_store.ModelPath("colours"), "original", "model.onnx"));
        PassPipeline.Canonical().Run(pruned);
        foreach (var kernel in pruned.Graph.Initializers.Where(value => value.Data!.Rank >= 2))
        {
            var values = kernel.Data!.ToArray<float>();
            var least = values.Select(Math.Abs).Order().ElementAt(values.Length * 3 / 4);
            kernel.SetData(TensorData.Create(Array.ConvertAll(values, value => Math.Abs(value) < least ? 0 : value), kernel.Data.Dims));
        }

        OnnxWriter.Write(pruned, Path.Combine(Directory.CreateDirectory(Path.Combine(_store.ModelPath("colours"), "pruned")).FullName, "model.onnx"));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task RetrainAsync_OnLabels_WinsAccuracyBackAndKeepsEveryZero()
    {
        var before = Accuracy("pruned");

        var retrained = await RetrainAsync(new() { Model = Model, Variant = "pruned", Epochs = 6, Batch = 16, Rate = 0.01 });

        Assert.Equal("pruned-retrained", retrained.Name);
        Assert.True(Accuracy("pruned-retrained") > Math.Max(before, 0.9) && before < 0.9, $"{before:P0} before, {Accuracy("pruned-retrained"):P0} after");
        AssertSameZeros();
    }

    [Fact]
    public async Task RetrainAsync_Distilled_ComesNearerToOriginalWithoutLabels()
    {
        var before = Distance("pruned");

        await RetrainAsync(new() { Model = Model, Variant = "pruned", Epochs = 6, Batch = 16, Rate = 0.01, Distill = true, Temperature = 2 }, Unlabelled);

        Assert.True(Distance("pruned-retrained") < 0.5 * before, $"{before:0.000} before, {Distance("pruned-retrained"):0.000} after");
        AssertSameZeros();
    }

    [Fact]
    public async Task RetrainAsync_OfInt8_ComesNearerToOriginalInIntegersOfSameScales()
    {
        Quantize();
        var before = Distance("int8");

        await RetrainAsync(new() { Model = Model, Variant = "int8", Epochs = 6, Batch = 16, Rate = 0.003, Distill = true }, Unlabelled);

        var (old, now) = (Read("int8"), Read("int8-retrained"));
        Assert.True(Distance("int8-retrained") < 0.7 * before, $"{before:0.0000} before, {Distance("int8-retrained"):0.0000} after");
        Assert.Equal(old.Graph.Nodes.Select(node => node.OpType), now.Graph.Nodes.Select(node => node.OpType));
        Assert.Equal(
            old.Graph.Initializers.Where(value => value.Name.EndsWith("_scale", StringComparison.Ordinal)).SelectMany(value => value.Data!.ToArray<float>()),
            now.Graph.Initializers.Where(value => value.Name.EndsWith("_scale", StringComparison.Ordinal)).SelectMany(value => value.Data!.ToArray<float>()));
        Assert.All(now.Graph.Initializers.Where(value => value.Data!.Rank == 4), value => Assert.Equal(ElementType.Int8, value.Data!.ElementType));
    }

    [Fact]
    public void Close_OfWhatWasOpened_GivesSameModel()
    {
        Quantize();
        var model = Read("int8");

        var opened = FakeQuantization.Open(model);

        Assert.Equal(OnnxWriter.Write(model), OnnxWriter.Write(opened.Close(opened.Trainable)));
        using var integers = GraphSession.Load(model);
        using var floats = GraphSession.Load(opened.Trainable);
        var picture = TensorData.Create([.. Enumerable.Range(0, 192).Select(i => (i % 7) - 3f)], 1, 3, 8, 8);
        Assert.Equal(integers.Run(picture)[0].ToDoubles(), floats.Run(picture)[0].ToDoubles(), (a, b) => Math.Abs(a - b) < 0.05);
    }

    [Fact]
    public async Task RetrainAsync_WritesWhereItCameFrom()
    {
        await RetrainAsync(new() { Model = Model, Variant = "pruned", Name = "mended", Epochs = 1, Batch = 16, Distill = true }, Unlabelled);

        var recipe = Model.Variants.Single(variant => variant.Manifest.Name == "mended").Manifest.Recipe!;
        Assert.Equal((VariantRecipe.Retrain, "pruned"), (recipe.Kind, recipe.Parent));
        Assert.Contains("what the original says of colours", recipe.Steps![^1]);
    }

    [Fact]
    public async Task RetrainAsync_WithoutLabelsOrTeacher_SaysWhatToDo()
    {
        var error = await Assert.ThrowsAsync<TrainingException>(() => RetrainAsync(new() { Model = Model, Variant = "pruned", Batch = 16 }, Unlabelled));

        Assert.Contains("--distill", error.Message);
    }

    [Fact]
    public async Task RetrainAsync_OverVariantMadeOtherwise_Refuses()
    {
        var error = await Assert.ThrowsAsync<TrainingException>(() => RetrainAsync(new() { Model = Model, Variant = "pruned", Name = "pruned", Batch = 16 }));

        Assert.Contains("is there already", error.Message);
    }

    [Fact]
    public void Problems_OfManyMistakes_NameEach()
    {
        var problems = string.Join("; ", new RetrainOptions
        {
            Model = Model,
            Variant = "int4",
            Name = "No name",
            Distill = true,
            Temperature = 0,
            Epochs = 0,
            Rate = 2,
            Augmentation = new() { Shift = -1 },
        }.Problems());

        foreach (var name in new[] { "no variant 'int4', but original, pruned", "No name", "temperature", "epochs", "learning rate", "shift" })
            Assert.Contains(name, problems);
    }

    private static TrainingData Unlabelled => TrainingData.Of("colours", SmallRun.Data.Train with { Classes = null }, null);

    private Task<RetrainedVariant> RetrainAsync(RetrainOptions options, TrainingData? data = null) =>
        new Retrainer(_store, options, new() { Folder = Path.Combine(_folder, "retrain") }, TimeProvider.System)
            .RetrainAsync(data ?? SmallRun.Data, null, TestContext.Current.CancellationToken);

    /// <summary>Makes int8 of the original, with steps as coarse as those of 4 bits, so that rounding hurts.</summary>
    private void Quantize()
    {
        var model = Read("original");
        PassPipeline.Canonical().Run(model);
        var file = Path.Combine(_folder, "pictures.zip");
        File.WriteAllBytes(file, TestArchive.Colours(20));
        using var set = PictureSet.Open(file, new());
        var pictures = CalibrationPictures.Load(set, new(SmallRun.Input), null, CancellationToken.None);
        var result = new Quantizer(model, pictures, ModelOutput.Logits, new()).Run(null, CancellationToken.None).Model;
        foreach (var node in result.Graph.Nodes.Where(node => node.Is("DequantizeLinear") && node.Inputs[0]!.Data?.ElementType == ElementType.Int8))
        {
            var (scales, integers) = (node.Inputs[1]!.Data!, node.Inputs[0]!.Data!);
            node.Inputs[1]!.SetData(TensorData.Create(Array.ConvertAll(scales.ToArray<float>(), scale => scale * 16), scales.Dims));
            node.Inputs[0]!.SetData(TensorData.Create(Array.ConvertAll(integers.ToArray<sbyte>(), value => (sbyte)Math.Round(value / 16f)), integers.Dims));
        }

        OnnxWriter.Write(result, Path.Combine(Directory.CreateDirectory(Path.Combine(_store.ModelPath("colours"), "int8")).FullName, "model.onnx"));
    }

    private OnnxModel Read(string variant) => OnnxReader.Read(Path.Combine(_store.ModelPath("colours"), variant, "model.onnx"));

    private double Accuracy(string variant) => TopOne.Measure(Read(variant), SmallRun.Data.Test!, SmallRun.Input, 1, TestContext.Current.CancellationToken);

    private void AssertSameZeros()
    {
        var (before, after) = (Read("pruned"), Read("pruned-retrained"));
        Assert.True(KeptZeros.Count(before) is { Zeros: > 100 } and var count && count.Zeros * 1.5 > count.All);
        Assert.Empty(KeptZeros.Lost(before, after));
        Assert.Equal(KeptZeros.Count(before), KeptZeros.Count(after));
    }

    /// <summary>Mean squared difference of a variant's logits from the original's.</summary>
    private double Distance(string variant)
    {
        using var reader = new PictureReader(8);
        var augmenter = new Augmenter(SmallRun.Input, Augmentation.None);
        var test = SmallRun.Data.Test!.Pictures;
        var pictures = TensorData.Create<float, object?>([test.Count, 3, 8, 8], null, (values, _) =>
        {
            for (var i = 0; i < test.Count; i++)
            {
                var draws = default(Draws);
                augmenter.Prepare(test.Get(i, reader), ref draws, false, values.Slice(i * augmenter.Length, augmenter.Length));
            }
        });
        using var original = GraphSession.Load(Read("original"));
        using var other = GraphSession.Load(Read(variant));
        return original.Run(pictures)[0].ToDoubles().Zip(other.Run(pictures)[0].ToDoubles()).Average(pair => Math.Pow(pair.First - pair.Second, 2));
    }
}
