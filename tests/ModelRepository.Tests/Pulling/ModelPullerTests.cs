using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;

namespace Lineup.ModelRepository.Tests.Pulling;

public sealed class ModelPullerTests : IAsyncDisposable
{
    private readonly PullScene _scene = new();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task PullAsync_NewModel_InstallsItWhole()
    {
        var result = await _scene.PullAsync();

        Assert.Equal((PullOutcome.Pulled, PullError.None), (result.Outcome, result.Error));
        Assert.Empty(result.Warnings);
        await _scene.AssertInstalledAsync();
        var variant = _scene.Store.Find("net", "original").Variant!;
        Assert.Equal("A net", variant.Model.Title);
        Assert.Equal(["tench", "goldfish"], ClassLabels.Load(variant.LabelsPath!).Select(label => label.Name));
        Assert.Equal("pull", variant.Manifest.Recipe?.Kind);
        Assert.Equal(_scene.Server.Address + PullScene.OnnxPath, variant.Manifest.Recipe?.Url);
        Assert.InRange(variant.Manifest.CompressedBytes!.Value, _scene.Onnx.Length, _scene.Onnx.Length + 1000);
    }

    [Fact]
    public async Task PullAsync_NewModel_ReportsEveryStageInOrder()
    {
        var seen = new List<PullProgress>();

        await _scene.PullAsync(progress: new Watcher(seen.Add));

        Assert.Equal([PullStage.Connecting, PullStage.Downloading, PullStage.Installing], seen.Select(step => step.Stage).Distinct());
        Assert.Equal(_scene.Onnx.Length, seen.Last(step => step.Stage == PullStage.Downloading).BytesDone);
        Assert.All(seen, step => Assert.Equal((1, _scene.Onnx.Length), (step.Attempt, step.BytesTotal)));
    }

    [Fact]
    public async Task PullAsync_AlreadyThere_VerifiesAndFetchesNothing()
    {
        await _scene.PullAsync();
        var before = _scene.Server.Requests.Count;

        var result = await _scene.PullAsync();

        Assert.Equal(PullOutcome.AlreadyThere, result.Outcome);
        Assert.Equal(before, _scene.Server.Requests.Count);
    }

    [Fact]
    public async Task PullAsync_ExistingFileCorrupt_RepairsIt()
    {
        await _scene.PullAsync();
        await File.WriteAllBytesAsync(_scene.OnnxFile, new byte[_scene.Onnx.Length], TestContext.Current.CancellationToken);

        var result = await _scene.PullAsync();

        Assert.Equal(PullOutcome.Repaired, result.Outcome);
        await _scene.AssertInstalledAsync();
    }

    [Fact]
    public async Task PullAsync_ExistingFileTruncated_RepairsItAndKeepsTheEditedManifest()
    {
        await _scene.PullAsync();
        await File.WriteAllBytesAsync(_scene.OnnxFile, [], TestContext.Current.CancellationToken);
        _scene.Folder.Write("repository/net/model.json", SampleManifests.Model("net", "\"title\": \"Edited\","));

        var result = await _scene.PullAsync();

        Assert.Equal(PullOutcome.Repaired, result.Outcome);
        await _scene.AssertInstalledAsync();
        Assert.Equal("Edited", _scene.Store.Find("net", "original").Variant!.Model.Title);
    }

    [Theory]
    [InlineData("model.json")]
    [InlineData("labels.txt")]
    public async Task PullAsync_FileBesideTheOnnxMissing_RepairsWithoutFetchingTheOnnxAgain(string file)
    {
        await _scene.PullAsync();
        File.Delete(_scene.Folder[$"repository/net/{file}"]);

        var result = await _scene.PullAsync();

        Assert.Equal(PullOutcome.Repaired, result.Outcome);
        await _scene.AssertInstalledAsync();
        Assert.Single(_scene.Server.OffsetsOf(PullScene.OnnxPath));
    }

    [Fact]
    public async Task PullAsync_Force_ReplacesTheOriginalAndKeepsOtherVariants()
    {
        await _scene.PullAsync();
        _scene.Folder.Write("repository/net/int8/model.onnx", "mine");
        _scene.Folder.Write("repository/net/int8/variant.json", SampleManifests.Variant("int8"));

        var result = await _scene.PullAsync(force: true);

        Assert.Equal(PullOutcome.Pulled, result.Outcome);
        Assert.Equal(2, _scene.Server.OffsetsOf(PullScene.OnnxPath).Count());
        await _scene.AssertInstalledAsync();
        Assert.Equal(4, _scene.Store.Find("net", "int8").Variant?.FileBytes);
    }

    [Fact]
    public async Task PullAsync_AnotherFileUnderTheName_IsAConflictUntilForced()
    {
        _scene.Folder.Write("repository/net/model.json", SampleManifests.Model("net"));
        _scene.Folder.Write("repository/net/original/model.onnx", "by hand");

        var refused = await _scene.PullAsync();
        var untouched = await File.ReadAllTextAsync(_scene.OnnxFile, TestContext.Current.CancellationToken);
        var forced = await _scene.PullAsync(force: true);

        Assert.Equal(PullError.Conflict, refused.Error);
        Assert.Contains("--force", refused.Message, StringComparison.Ordinal);
        Assert.Equal("by hand", untouched);
        Assert.Equal(PullOutcome.Pulled, forced.Outcome);
        await _scene.AssertInstalledAsync();
    }

    [Theory]
    [InlineData("nett", "did you mean net?")]
    [InlineData("something-else", "it has net")]
    [InlineData("../net", "it has net")]
    public async Task PullAsync_UnknownModel_NamesWhatThereIs(string model, string hint)
    {
        var result = await _scene.PullAsync(model: model);

        Assert.Equal(PullError.UnknownModel, result.Error);
        Assert.StartsWith(model, result.Message, StringComparison.Ordinal);
        Assert.Contains(hint, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PullAsync_FileUrl_CopiesAndVerifies()
    {
        _scene.Folder.Write("elsewhere/net.onnx", _scene.Onnx);
        var url = new Uri(_scene.Folder["elsewhere/net.onnx"]).AbsoluteUri;

        var result = await _scene.PullAsync(_scene.CatalogJson(url));

        Assert.True(result.Succeeded, result.Message);
        await _scene.AssertInstalledAsync();
        Assert.True(File.Exists(_scene.Folder["elsewhere/net.onnx"]));
    }

    [Fact]
    public async Task PullAsync_UrlRelativeToTheCatalog_IsFoundBesideIt()
    {
        _scene.Folder.Write("catalog/deep/net.onnx", _scene.Onnx);
        _scene.Folder.Write("catalog/labels.txt", "n01440764 tench\nn01443537 goldfish\n");

        var result = await _scene.PullAsync(_scene.CatalogJson("deep/net.onnx"));

        Assert.True(result.Succeeded, result.Message);
        await _scene.AssertInstalledAsync();
    }

    [Fact]
    public async Task PullAsync_FileThatIsNotThere_IsNotFound()
    {
        _scene.Folder.Write("catalog/labels.txt", "n01440764 tench\nn01443537 goldfish\n");

        var result = await _scene.PullAsync(_scene.CatalogJson("absent.onnx"));

        Assert.Equal(PullError.NotFound, result.Error);
        Assert.Contains("absent.onnx", result.Message, StringComparison.Ordinal);
        _scene.AssertNothingVisible();
    }

    [Fact]
    public async Task PullAsync_LabelsWithAnotherHash_InstallsNothing()
    {
        var result = await _scene.PullAsync(_scene.CatalogJson(labelsSha256: new string('0', 64)));

        Assert.Equal(PullError.HashMismatch, result.Error);
        Assert.Contains("labels", result.Message, StringComparison.Ordinal);
        _scene.AssertNothingVisible();
    }

    [Fact]
    public async Task PullAsync_LabelsWithoutHash_AreTakenWithAWarning()
    {
        var result = await _scene.PullAsync(_scene.CatalogJson(labelsSha256: null));

        Assert.True(result.Succeeded, result.Message);
        Assert.Contains("sha256", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PullStage.Connecting)]
    [InlineData(PullStage.Downloading)]
    [InlineData(PullStage.Installing)]
    public async Task PullAsync_WhileAnotherIsUnderWay_IsBusyAndHarmsNothing(PullStage stage)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = Task.Run(() => _scene.PullAsync(progress: new Watcher(step =>
        {
            if (step.Stage != stage)
                return;
            started.TrySetResult();
            release.Task.GetAwaiter().GetResult();
        })));
        await started.Task;

        var second = await _scene.PullAsync();
        release.SetResult();

        Assert.Equal(PullError.Busy, second.Error);
        Assert.Equal(PullOutcome.Pulled, (await first).Outcome);
        await _scene.AssertInstalledAsync();
    }

    [Fact]
    public async Task PullAsync_RepositoryThatCannotBeMade_IsNotWritable()
    {
        // A file where the folder should be stops every user, root included.
        _scene.Folder.Write("repository", "a file");

        var result = await _scene.PullAsync();

        Assert.Equal(PullError.NotWritable, result.Error);
        Assert.Contains("--repository", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Message);
    }
}
