using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Sessions;

public sealed class ModelSessionTests : IDisposable
{
    private readonly TestRepository _repository = new();
    private int _loaded;

    public void Dispose() => _repository.Dispose();

    public static TheoryData<TensorLayout, ModelOutput, bool> SoundModels => new(
        from layout in Enum.GetValues<TensorLayout>()
        from output in Enum.GetValues<ModelOutput>()
        from dynamicBatch in (bool[])[true, false]
        select (layout, output, dynamicBatch));

    [Theory]
    [MemberData(nameof(SoundModels))]
    public void Run_SoundModel_TellsColours(TensorLayout layout, ModelOutput output, bool dynamicBatch)
    {
        using var session = Load(new TinyModel { Classes = 7, Layout = layout, Output = output, DynamicBatch = dynamicBatch });

        var best = Enumerable.Range(0, 3).Select(colour => Classify(session, colour)).ToArray();

        Assert.Equal(7, session.Classes);
        Assert.Equal([0, 1, 2], best.Select(scored => scored.Index));
        Assert.All(best, scored => Assert.InRange(scored.Probability, 0.9, 1));
    }

    [Fact]
    public void Run_ModelWithExtraWork_GivesTheSameAnswer()
    {
        using var plain = Load(new TinyModel());
        using var slow = Load(new TinyModel { ExtraWork = 3 });

        Assert.Equal(Classify(plain, 1), Classify(slow, 1));
    }

    [Fact]
    public async Task Run_ManyThreads_GiveTheAnswersOfOne()
    {
        using var session = Load(new TinyModel { ExtraWork = 1 });
        var expected = Enumerable.Range(0, 3).Select(colour => Classify(session, colour)).ToArray();

        var cancellation = TestContext.Current.CancellationToken;
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(() => Classify(session, i % 3), cancellation)));

        Assert.All(answers.Select((answer, i) => (answer, i)), pair => Assert.Equal(expected[pair.i % 3], pair.answer));
    }

    [Fact]
    public void ArenaBytes_RunsOfALargerModel_GrowWithWhatTheyNeed()
    {
        using var small = Load(new TinyModel());
        using var large = Load(new TinyModel { Side = 256, ExtraWork = 1 });

        Classify(small, 0);
        Classify(large, 0);

        // Between its operators the large one keeps 64 channels of 256 x 256 floats.
        const long between = 64L * 256 * 256 * sizeof(float);
        Assert.InRange(large.ArenaBytes() ?? 0, between, 8 * between);
        Assert.InRange(small.ArenaBytes() ?? -1, 0, between);
        large.Dispose();
        Assert.Null(large.ArenaBytes());
    }

    [Fact]
    public void Load_FileWithOtherSize_SaysBothShapes()
    {
        var error = LoadFails(new TinyModel { Side = 32 }, model => model with { Input = model.Input with { Width = 48, Height = 48 } });

        Assert.Contains("[?, 3, 32, 32]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 3, 48, 48]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileWithOtherLayout_SaysBothShapes()
    {
        var error = LoadFails(
            new TinyModel { Layout = TensorLayout.Nhwc }, model => model with { Input = model.Input with { Layout = TensorLayout.Nchw } });

        Assert.Contains("[?, 32, 32, 3]", error.Message, StringComparison.Ordinal);
        Assert.Contains("input.layout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_IntegerInput_SaysType()
    {
        var error = LoadFails(new TinyModel { IntegerInput = true });

        Assert.Contains("Int64", error.Message, StringComparison.Ordinal);
        Assert.Contains("float32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TwoInputs_NamesThem() =>
        Assert.Contains("2 inputs (input, second)", LoadFails(new TinyModel { SecondInput = true }).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_OutputThatIsNoList_SaysShape() =>
        Assert.Contains("[1, 3, 32, 32]", LoadFails(new TinyModel { ImageOutput = true }).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_WeightsNotANumber_SaysSo() =>
        Assert.Contains("NaN", LoadFails(new TinyModel { NanWeights = true }).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_OpsetFromTheFuture_GivesRuntimesReason()
    {
        var error = LoadFails(new TinyModel { Opset = 999 });

        Assert.StartsWith("ONNX Runtime refuses the file", error.Message, StringComparison.Ordinal);
        Assert.Contains("opset", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Load_SpecificationThatCannotBeFollowed_SaysWhatIsWrong()
    {
        var error = LoadFails(new TinyModel(), model => model with { Input = model.Input with { Std = [0, 1, 1] } });

        Assert.Contains("input.std", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is no model")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")]
    public void Load_FileThatIsNoModel_GivesRuntimesReason(string content)
    {
        var path = Path.Combine(_repository.Root, "model.onnx");
        File.WriteAllText(path, content);

        var error = Assert.Throws<ModelLoadException>(() => ModelSession.Load(path, new TinyModel().Manifest()));

        Assert.StartsWith("ONNX Runtime refuses the file", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Load_FileCutInHalf_Throws()
    {
        _repository.AddCorrupt("tiny");

        Assert.Throws<ModelLoadException>(() => ModelSession.Load(_repository.ModelPath("tiny", "corrupt"), new TinyModel().Manifest()));
    }

    [Fact]
    public void Load_NoFile_Throws() =>
        Assert.Throws<ModelLoadException>(() => ModelSession.Load(_repository.ModelPath("absent"), new TinyModel().Manifest()));

    [Fact]
    public void TryRent_AfterReturn_GivesTheSameSlot()
    {
        using var session = Load(new TinyModel());
        var slot = session.TryRent()!;
        session.Return(slot);

        Assert.Same(slot, session.TryRent());

        session.Return(slot);
    }

    [Fact]
    public void Dispose_WhileASlotIsRented_WaitsForItsReturn()
    {
        var session = Load(new TinyModel());
        var slot = session.TryRent()!;
        Fill(session, slot, colour: 2);

        session.Dispose();

        // The session still runs for the one who holds a slot, and takes no one new.
        Assert.Null(session.TryRent());
        slot.Run();
        Assert.Equal(2, TopK.Select(slot.Scores, session.Output, 1)[0].Index);
        session.Return(slot);
        Assert.Null(session.TryRent());
        Assert.Throws<ObjectDisposedException>(slot.Run);
    }

    [Fact]
    public void Dispose_Again_DoesNothing()
    {
        var session = Load(new TinyModel());
        session.Return(session.TryRent()!);

        session.Dispose();
        session.Dispose();

        Assert.Null(session.TryRent());
    }

    [Fact]
    public async Task Dispose_WhileManyThreadsRun_EndsEachRunOrRefusesIt()
    {
        var session = Load(new TinyModel { ExtraWork = 1 });
        using var running = new CountdownEvent(4);
        var cancellation = TestContext.Current.CancellationToken;

        // Threads of their own: four that never pause would starve a small pool.
        var workers = Enumerable.Range(0, 4)
            .Select(_ => Task.Factory.StartNew(RunUntilDisposed, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        Assert.True(running.Wait(TimeSpan.FromSeconds(30), cancellation), "not every thread has run the model once");

        session.Dispose();

        await Task.WhenAll(workers);

        void RunUntilDisposed()
        {
            for (var runs = 0; session.TryRent() is { } slot; runs++)
            {
                Fill(session, slot, colour: 0);
                slot.Run();
                Assert.Equal(0, TopK.Select(slot.Scores, session.Output, 1)[0].Index);
                session.Return(slot);
                if (runs == 0)
                    running.Signal();
            }
        }
    }

    private ModelSession Load(TinyModel model)
    {
        var variant = $"v{_loaded++}";
        _repository.AddModel("tiny", model, variant);
        return ModelSession.Load(_repository.ModelPath("tiny", variant), model.Manifest());
    }

    private ModelLoadException LoadFails(TinyModel model, Func<ModelManifest, ModelManifest>? change = null)
    {
        _repository.AddModel("tiny", model);
        var manifest = change is null ? model.Manifest() : change(model.Manifest());
        return Assert.Throws<ModelLoadException>(() => ModelSession.Load(_repository.ModelPath("tiny"), manifest));
    }

    private static ScoredClass Classify(ModelSession session, int colour)
    {
        var slot = session.TryRent()!;
        Fill(session, slot, colour);
        slot.Run();
        var best = TopK.Select(slot.Scores, session.Output, 1)[0];
        session.Return(slot);
        return best;
    }

    /// <summary>A picture of one colour channel at full, the others at zero.</summary>
    private static void Fill(ModelSession session, RunSlot slot, int colour)
    {
        var plane = slot.Input.Length / 3;
        for (var i = 0; i < slot.Input.Length; i++)
            slot.Input[i] = (session.Input.Input.Layout == TensorLayout.Nchw ? i / plane : i % 3) == colour ? 1 : 0;
    }
}
