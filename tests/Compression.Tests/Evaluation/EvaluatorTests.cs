using Lineup.Compression.Evaluation;
using Lineup.Compression.Pictures;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace Lineup.Compression.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private readonly EvaluationScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Evaluate_VariantThatErrs_IsCountedPictureByPicture(int threads)
    {
        var report = await _scene.EvaluateAsync(request => request with { Threads = threads });

        Assert.Equal(7, report.Images);
        Assert.Equal(["original", "blind"], report.Variants.Select(variant => variant.Variant));
        var (original, blind) = (report.Variants[0], report.Variants[1]);
        Assert.Equal((500d / 7, 600d / 7, 100), (original.Top1, original.Top5, original.Agreement));
        Assert.Equal((0, 0, 0, 1), (original.Divergence, original.RightToWrong, original.WrongToRight, original.McNemarP));
        Assert.Equal((300d / 7, 600d / 7, 300d / 7), (blind.Top1, blind.Top5, blind.Agreement));
        Assert.Equal((3, 1, 0.625), (blind.RightToWrong, blind.WrongToRight, blind.McNemarP));
        Assert.True(original.IsOriginal);
        Assert.False(blind.IsOriginal);
    }

    [Fact]
    public async Task Evaluate_VariantThatErrs_HasTheDivergenceOfItsProbabilities()
    {
        var report = await _scene.EvaluateAsync();

        // On the four blue pictures the original's logits are (-5, -5, 10), the variant's all zero; the other classes score alike.
        double[] others = [.. Enumerable.Range(3, 5).Select(i => -10 - (i * 0.01))];
        var p = Softmax([-5, -5, 10, .. others]);
        var q = Softmax([0, 0, 0, .. others]);
        var expected = 4d / 7 * p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();
        Assert.Equal(expected, report.Variants[1].Divergence!.Value, 1e-5);

        static double[] Softmax(double[] logits) => [.. logits.Select(x => Math.Exp(x) / logits.Sum(Math.Exp))];
    }

    [Fact]
    public async Task Evaluate_Twice_GivesTheSameButForTimesAndMemory()
    {
        var first = await _scene.EvaluateAsync();

        var second = await _scene.EvaluateAsync();

        Assert.Equal(first.Variants.Select(Timeless), second.Variants.Select(Timeless));

        static VariantReport Timeless(VariantReport variant) =>
            variant with { Times = new(default, default, default, default), SpeedUp = 0, MemoryBytes = 0 };
    }

    [Fact]
    public async Task Evaluate_EveryRunAMillisecond_AddsUp()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

        var report = await _scene.EvaluateAsync(request => request with { Threads = 1 }, clock);

        var millisecond = TimeSpan.FromMilliseconds(1);
        Assert.All(report.Variants, variant => Assert.Equal(new(7 * millisecond, millisecond, millisecond, millisecond), variant.Times));
        Assert.All(report.Variants, variant => Assert.Equal(1, variant.SpeedUp));
    }

    [Fact]
    public async Task Evaluate_Files_AreMeasured()
    {
        var report = await _scene.EvaluateAsync();

        Assert.All(report.Variants, variant =>
        {
            Assert.Equal(new FileInfo(_scene.Repository.ModelPath(EvaluationScene.Model, variant.Variant)).Length, variant.Bytes);
            Assert.InRange(variant.CompressedBytes, 50, variant.Bytes);
            Assert.InRange(variant.PackedBytes, 50, variant.Bytes);
            Assert.True(variant.MemoryBytes >= variant.Bytes);
            Assert.Equal(64, variant.Sha256.Length);
        });
    }

    [Fact]
    public async Task Evaluate_UnreadablePictures_AreNamedAndDoNotCount()
    {
        _scene.Folder.Add("red/text.png", [.. "no picture"u8]).Add("blue/empty.png").Add("green/cut.png", TestImages.Plain(0, 255, 0)[..60]);

        var report = await _scene.EvaluateAsync();

        Assert.Equal(7, report.Images);
        Assert.Equal(["blue/empty.png", "green/cut.png", "red/text.png"], report.Unreadable.Select(picture => picture.Path));
        Assert.All(report.Unreadable, picture => Assert.NotEmpty(picture.Reason));
        Assert.Equal(500d / 7, report.Variants[0].Top1);
    }

    [Fact]
    public async Task Evaluate_NoPictureReadable_SaysWhy()
    {
        using var scene = new EvaluationScene();
        foreach (var file in Directory.EnumerateFiles(scene.Folder.Path, "*", SearchOption.AllDirectories))
            await File.WriteAllTextAsync(file, "x", TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<EvaluationException>(() => scene.EvaluateAsync());

        Assert.Contains("blue/1.png", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_UnknownFolders_AreCountedAndNamed()
    {
        _scene.Folder.Add("violet/1.png", TestImages.Plain(200, 0, 255)).Add("top.png", TestImages.Plain(255, 0, 0));

        var report = await _scene.EvaluateAsync();

        Assert.Equal(7, report.Images);
        Assert.Equal([new UnknownClass("", 1), new("violet", 1)], report.UnknownClasses);
    }

    [Fact]
    public async Task Evaluate_OnlyUnknownFolders_SaysWhatTheLayoutIs()
    {
        foreach (var folder in Directory.GetDirectories(_scene.Folder.Path))
            Directory.Move(folder, $"{folder}-x");

        var error = await Assert.ThrowsAsync<EvaluationException>(() => _scene.EvaluateAsync());

        Assert.Contains("'blue-x'", error.Message, StringComparison.Ordinal);
        Assert.Contains("red/1.jpg", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_Count_TakesTheSameOnesEveryTime()
    {
        var first = await _scene.EvaluateAsync(request => request with { Count = 3 });

        var second = await _scene.EvaluateAsync(request => request with { Count = 3 });

        Assert.Equal(3, first.Images);
        Assert.Equal(first.Variants.Select(variant => variant.Top1), second.Variants.Select(variant => variant.Top1));
    }

    [Fact]
    public async Task Evaluate_OneVariantNamed_ComparesItWithTheOriginal()
    {
        _scene.Repository.AddVariant(EvaluationScene.Model, "third", new TinyModel { Classes = 8 });

        var report = await _scene.EvaluateAsync(request => request with { Variants = ["third"] });

        Assert.Equal(["original", "third"], report.Variants.Select(variant => variant.Variant));
        Assert.Equal(100, report.Variants[1].Agreement);
    }

    [Fact]
    public async Task Evaluate_UnknownVariant_NamesThoseThereAre()
    {
        var error = await Assert.ThrowsAsync<EvaluationException>(
            () => _scene.EvaluateAsync(request => request with { Variants = ["int8"] }));

        Assert.Contains("'int8', but original, blind", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_VariantThatDoesNotLoad_LeavesTheOthersUnharmed()
    {
        _scene.Repository.AddCorrupt(EvaluationScene.Model).AddVariant(EvaluationScene.Model, "wide", new TinyModel { Classes = 9 });

        var report = await _scene.EvaluateAsync();

        Assert.Equal(["original", "blind"], report.Variants.Select(variant => variant.Variant));
        Assert.Equal(["corrupt", "wide"], report.Failures.Select(failure => failure.Variant));
        Assert.Contains("9 classes", report.Failures[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_OriginalThatDoesNotLoad_SaysSo()
    {
        _scene.Repository.AddCorrupt(EvaluationScene.Model, "original");

        var error = await Assert.ThrowsAsync<EvaluationException>(() => _scene.EvaluateAsync());

        Assert.Contains("tiny/original cannot be loaded", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_NoOriginal_SaysSo()
    {
        Directory.Delete(Path.GetDirectoryName(_scene.Repository.ModelPath(EvaluationScene.Model))!, recursive: true);

        var error = await Assert.ThrowsAsync<EvaluationException>(() => _scene.EvaluateAsync());

        Assert.Contains("'original'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_FileOtherThanItsManifestSays_Warns()
    {
        var manifest = new VariantManifest { Name = "changed", Sha256 = new string('a', 64), CompressedBytes = 1 };
        _scene.Repository.AddVariant(EvaluationScene.Model, "changed", new TinyModel { Classes = 8 }, manifest);

        var report = await _scene.EvaluateAsync();

        Assert.Contains("changed", Assert.Single(report.Warnings), StringComparison.Ordinal);
        Assert.NotEqual(1, report.Variants[2].CompressedBytes);
    }

    [Fact]
    public async Task Evaluate_Progress_GoesThroughTheStagesInOrder()
    {
        var seen = new List<EvaluationProgress>();

        await _scene.EvaluateAsync(request => request with { Threads = 3 }, progress: new Listener(seen.Add));

        Assert.Equal(
            [EvaluationStage.Measuring, EvaluationStage.Loading, EvaluationStage.Evaluating],
            seen.Select(progress => progress.Stage).Distinct());
        Assert.Equal(Enumerable.Range(1, 7), seen.Where(p => p.Stage == EvaluationStage.Evaluating).Select(p => (int)p.Done));
        Assert.All(seen, progress => Assert.InRange(progress.Done, 0, progress.Total));
    }

    [Fact]
    public async Task Evaluate_CancelledAmidst_StopsAndLetsTheFilesGo()
    {
        using var cancelled = new CancellationTokenSource();
        using var pictures = _scene.Folder.Open();
        var request = new EvaluationRequest { Model = _scene.Stored, Pictures = pictures, Threads = 2 };
        var done = 0L;
        var progress = new Listener(value =>
        {
            if (value.Stage != EvaluationStage.Evaluating)
                return;
            done = value.Done;
            cancelled.Cancel();
        });

        var evaluation = new Evaluator(new(), TimeProvider.System).EvaluateAsync(request, progress, cancelled.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => evaluation);
        Assert.InRange(done, 1, 2);
    }

    private sealed class Listener(Action<EvaluationProgress> heard) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => heard(value);
    }
}
