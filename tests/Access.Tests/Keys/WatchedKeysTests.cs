using Lineup.Access.Keys;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Lineup.Access.Tests.Keys;

public sealed class WatchedKeysTests : IDisposable
{
    private readonly KeyFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly Told _told = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ring_AfterAChange_HasTheNewKeysAndNotTheOld()
    {
        var old = await _folder.AddAsync("old");
        using var keys = Watch();
        Assert.NotNull(keys.Ring.Find(old));

        var young = await _folder.AddAsync("young");
        await _folder.Editor.RemoveAsync("old", TestContext.Current.CancellationToken);
        _clock.Advance(WatchedKeys.Interval);

        Assert.NotNull(keys.Ring.Find(young));
        Assert.Null(keys.Ring.Find(old));
        Assert.False(keys.AreStale);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ring_FileCutOffOrGone_KeepsTheOldKeysSaysSoOnceAndRecovers(bool gone)
    {
        var key = await _folder.AddAsync("camera");
        using var keys = Watch();
        var whole = await File.ReadAllBytesAsync(_folder.Path, TestContext.Current.CancellationToken);

        if (gone)
            File.Delete(_folder.Path);
        else
            await File.WriteAllBytesAsync(_folder.Path, whole[..^10], TestContext.Current.CancellationToken);
        _clock.Advance(WatchedKeys.Interval);
        _clock.Advance(WatchedKeys.Interval);

        Assert.NotNull(keys.Ring.Find(key));
        Assert.True(keys.AreStale);
        Assert.Single(_told.Errors);

        await File.WriteAllBytesAsync(_folder.Path, whole, TestContext.Current.CancellationToken);
        _clock.Advance(WatchedKeys.Interval);
        Assert.False(keys.AreStale);
        Assert.NotNull(keys.Ring.Find(key));
    }

    [Fact]
    public async Task Ring_CutOffAnywhere_IsNeverUsedInPart()
    {
        await _folder.AddAsync("first");
        await _folder.AddAsync("second");
        var whole = (await File.ReadAllTextAsync(_folder.Path, TestContext.Current.CancellationToken)).TrimEnd();

        for (var length = 0; length < whole.Length; length++)
            Assert.False(KeyFile.TryParse(System.Text.Encoding.UTF8.GetBytes(whole[..length]), out _, out _), $"cut off at {length}");
    }

    [Fact]
    public void Ring_NoFile_IsEmptyAndUnused()
    {
        using var keys = new WatchedKeys(null, null, _clock, _told);

        Assert.False(keys.AreUsed);
        Assert.Null(keys.Ring.Find("anything"));
    }

    private WatchedKeys Watch() => new(_folder.Path, null, _clock, _told);

    private sealed class Told : ILogger<WatchedKeys>
    {
        public List<string> Errors { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
                Errors.Add(formatter(state, exception));
        }
    }
}
