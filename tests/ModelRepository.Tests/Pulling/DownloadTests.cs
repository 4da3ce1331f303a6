using Lineup.ModelRepository.Pulling;
using Microsoft.Extensions.Time.Testing;

namespace Lineup.ModelRepository.Tests.Pulling;

/// <summary>What servers and lines do wrong, and what becomes of the download.</summary>
public sealed class DownloadTests : IAsyncDisposable
{
    private const string Onnx = PullScene.OnnxPath;
    private readonly PullScene _scene = new();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task PullAsync_ConnectionCutTwice_ResumesWhereItBroke()
    {
        _scene.Server.Script(Onnx, new Answer(CutAfter: 100_000), new Answer(CutAfter: 50_000));

        var result = await _scene.PullAsync();

        Assert.True(result.Succeeded, result.Message);
        Assert.Equal([null, 100_000, 150_000], _scene.Server.OffsetsOf(Onnx));
        await _scene.AssertInstalledAsync();
    }

    [Fact]
    public async Task PullAsync_CutWithoutContentLength_IsNoticedAndResumed()
    {
        _scene.Server.Script(Onnx, new Answer(CutAfter: 100_000, ClaimLength: false));

        var result = await _scene.PullAsync();

        Assert.True(result.Succeeded, result.Message);
        Assert.Equal([null, 100_000], _scene.Server.OffsetsOf(Onnx));
    }

    [Fact]
    public async Task PullAsync_ServerIgnoresRange_StartsOver()
    {
        _scene.Server.Script(Onnx, new Answer(CutAfter: 100_000), new Answer(IgnoreRange: true));

        var result = await _scene.PullAsync();

        Assert.True(result.Succeeded, result.Message);
        await _scene.AssertInstalledAsync();
    }

    [Fact]
    public async Task PullAsync_RangeRefused_StartsOver()
    {
        _scene.Server.Script(Onnx, new Answer(CutAfter: 100_000), new Answer(Status: 416));

        var result = await _scene.PullAsync();

        Assert.True(result.Succeeded, result.Message);
        Assert.Equal([null, 100_000, null], _scene.Server.OffsetsOf(Onnx));
        await _scene.AssertInstalledAsync();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task PullAsync_PassingServerError_IsTriedAgain(int status)
    {
        _scene.Server.Script(Onnx, new Answer(Status: status, Header: "Retry-After: 1"));

        var result = await _scene.PullAsync();

        Assert.True(result.Succeeded, result.Message);
    }

    [Theory]
    [InlineData(404, PullError.NotFound, 1)]
    [InlineData(403, PullError.AccessDenied, 1)]
    [InlineData(400, PullError.ServerFailed, 1)]
    [InlineData(500, PullError.ServerFailed, 5)]
    public async Task PullAsync_ServerKeepsRefusing_FailsInOneLine(int status, PullError error, int requests)
    {
        _scene.Server.Script(Onnx, [.. Enumerable.Repeat(new Answer(Status: status), 10)]);

        var result = await _scene.PullAsync();

        Assert.Equal(error, result.Error);
        Assert.Matches($"^net: .*{status}.*; .+$", result.Message);
        Assert.Equal(requests, _scene.Server.OffsetsOf(Onnx).Count());
        _scene.AssertNothingVisible();
        Assert.False(File.Exists(_scene.PartFile));
    }

    [Fact]
    public async Task PullAsync_UnconfirmedUrlNotFound_SaysThatItWasDoubtful()
    {
        _scene.Server.Script(Onnx, new Answer(Status: 404));

        var result = await _scene.PullAsync(_scene.CatalogJson(more: "\"urlStatus\": \"unconfirmed\","));

        Assert.Equal(PullError.NotFound, result.Error);
        Assert.Contains("unconfirmed", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PullAsync_BrokenAgainAndAgain_GivesUpAndKeepsThePart()
    {
        _scene.Server.Script(Onnx, [.. Enumerable.Repeat(new Answer(CutAfter: 1000), 10)]);

        var result = await _scene.PullAsync();

        Assert.Equal(PullError.ConnectionLost, result.Error);
        Assert.Equal(5000, new FileInfo(_scene.PartFile).Length);
        _scene.AssertNothingVisible();
    }

    [Fact]
    public async Task PullAsync_ShakyLineThatGetsFurther_IsNotGivenUp()
    {
        // Twelve cuts are more than the four retries, but each brought 20 kB.
        _scene.Server.Script(Onnx, [.. Enumerable.Repeat(new Answer(CutAfter: 20_000), 12)]);

        var result = await _scene.PullAsync();

        Assert.True(result.Succeeded, result.Message);
        await _scene.AssertInstalledAsync();
    }

    [Fact]
    public async Task PullAsync_AnotherContentOfTheSameSize_InstallsNothingAndRemovesThePart()
    {
        _scene.Server.Serve(Onnx, new byte[_scene.Onnx.Length]);

        var result = await _scene.PullAsync();

        Assert.Equal(PullError.HashMismatch, result.Error);
        Assert.Single(_scene.Server.OffsetsOf(Onnx));
        Assert.False(File.Exists(_scene.PartFile));
        _scene.AssertNothingVisible();
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, -1)]
    [InlineData(false, 1)]
    public async Task PullAsync_OtherSizeThanPromised_IsRefused(bool claimLength, int more)
    {
        _scene.Server.Serve(Onnx, new byte[_scene.Onnx.Length + more]);
        _scene.Server.Script(Onnx, new Answer(ClaimLength: claimLength));

        var result = await _scene.PullAsync();

        Assert.Equal(PullError.SizeMismatch, result.Error);
        Assert.False(File.Exists(_scene.PartFile));
        _scene.AssertNothingVisible();
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(300_000)]
    [InlineData(300_001)]
    public async Task PullAsync_PartOfAnEarlierPullIsDamaged_IsFetchedAfresh(int length)
    {
        _scene.Folder.Write($"repository/.pull/{_scene.Sha256}.part", new byte[length]);

        var result = await _scene.PullAsync();

        Assert.True(result.Succeeded, result.Message);
        await _scene.AssertInstalledAsync();
    }

    [Fact]
    public async Task PullAsync_CancelledMidway_LeavesOnlyThePartAndResumesLater()
    {
        using var cancel = new CancellationTokenSource();
        _scene.Server.Script(Onnx, new Answer(HangAfter: 100_000));
        var watcher = new Watcher(step =>
        {
            if (step is { Stage: PullStage.Downloading, BytesDone: 100_000 })
                cancel.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _scene.PullAsync(progress: watcher, cancellation: cancel.Token));
        _scene.AssertNothingVisible();
        var result = await _scene.PullAsync();

        Assert.True(result.Succeeded, result.Message);
        Assert.Equal([null, 100_000], _scene.Server.OffsetsOf(Onnx));
        await _scene.AssertInstalledAsync();
    }

    [Fact]
    public async Task PullAsync_NobodyListens_IsUnreachable()
    {
        await _scene.Server.DisposeAsync();

        var result = await _scene.PullAsync();

        Assert.Equal(PullError.Unreachable, result.Error);
        Assert.Contains("check the network", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PullAsync_RedirectToAnotherPath_IsFollowed()
    {
        _scene.Server.Serve("/moved", _scene.Onnx);
        _scene.Server.Script(Onnx, new Answer(Status: 302, Header: "Location: /moved"));

        var result = await _scene.PullAsync();

        Assert.True(result.Succeeded, result.Message);
        await _scene.AssertInstalledAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task PullAsync_ServerFallsSilent_IsCutOffAndResumed()
    {
        var time = new FakeTimeProvider();
        await using var scene = new PullScene(time);
        scene.Server.Script(Onnx, new Answer(HangAfter: 100_000));
        var isSilent = false;
        string? note = null;

        // The clock moves only while the server is silent, so that no wait for bytes that are on their way runs out.
        var pull = scene.PullAsync(progress: new Watcher(step =>
        {
            note ??= step.Note;
            Volatile.Write(ref isSilent, note is null && step is { Stage: PullStage.Downloading, BytesDone: 100_000 });
        }));
        while (!pull.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (Volatile.Read(ref isSilent))
                time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True((await pull).Succeeded, (await pull).Message);
        Assert.StartsWith("no byte came for 30 s", note, StringComparison.Ordinal);
        Assert.Equal([null, 100_000], scene.Server.OffsetsOf(Onnx));
        await scene.AssertInstalledAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task PullAsync_ServerAsksForPatience_WaitsThatLong()
    {
        var time = new FakeTimeProvider();
        var start = time.GetUtcNow();
        await using var scene = new PullScene(time, ($"{DownloadOptions.Section}:MaxRetryDelay", "00:00:20"));
        scene.Server.Script(Onnx, new Answer(Status: 503, Header: "Retry-After: 15"));
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var again = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);

        var pull = scene.PullAsync(progress: new Watcher(step =>
        {
            if (step.Note is not null)
                waiting.TrySetResult();
            if (step.Attempt == 2)
                again.TrySetResult(time.GetUtcNow() - start);
        }));
        await waiting.Task.WaitAsync(TestContext.Current.CancellationToken);
        while (!again.Task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True((await pull).Succeeded, (await pull).Message);
        Assert.True(await again.Task >= TimeSpan.FromSeconds(15), $"asked again after {await again.Task}");
    }
}
