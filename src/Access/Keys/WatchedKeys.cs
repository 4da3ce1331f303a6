using Microsoft.Extensions.Logging;

namespace Lineup.Access.Keys;

/// <summary>
/// The keys of a file as they are now. The file's content is compared, not its time: orchestrators swap files by links, whose times say
/// little. A file that is missing, broken or half written leaves the keys as they were.
/// </summary>
public sealed partial class WatchedKeys : IDisposable
{
    /// <summary>How long a change may go unseen.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string? _path;
    private readonly string? _configured;
    private readonly ILogger<WatchedKeys> _logger;
    private readonly ITimer? _timer;
    private readonly Lock _reading = new();
    private byte[] _content = [];
    private string? _told;
    private volatile KeyRing _ring;

    /// <param name="path">The file; null for none.</param>
    /// <param name="configured">A key of the settings that may do everything; null for none.</param>
    /// <param name="clock">When to look again.</param>
    /// <param name="logger">Where changes are told.</param>
    public WatchedKeys(string? path, string? configured, TimeProvider clock, ILogger<WatchedKeys> logger)
    {
        (_path, _configured, _logger) = (path, configured, logger);
        _ring = new([], configured);
        if (path is null)
            return;
        Look();
        _timer = clock.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    public KeyRing Ring => _ring;

    /// <summary>Whether any key can be had: without one, only callers on this machine are let in.</summary>
    public bool AreUsed => _path is not null || _configured is not null;

    /// <summary>Whether the file cannot be used as it is now, so that older keys are in force.</summary>
    public bool AreStale => _told is not null;

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        // A look that takes longer than the interval is not joined by the next one.
        if (!_reading.TryEnter())
            return;
        try
        {
            var content = Read(_path!);
            if (_told is null && _content.AsSpan().SequenceEqual(content))
                return;
            if (!KeyFile.TryParse(content, out var keys, out var problem))
            {
                Tell(problem);
                return;
            }

            (_content, _told) = (content, null);
            _ring = new(keys, _configured);
            LogRead(keys.Count, _path!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Tell(error.Message);
        }
        finally
        {
            _reading.Exit();
        }
    }

    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > KeyFile.MaxBytes)
            throw new IOException($"it is larger than {KeyFile.MaxBytes} bytes");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private void Tell(string problem)
    {
        if (_told == problem)
            return;
        _told = problem;
        LogUnusable(_path!, problem, _ring.Count);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} keys are in force, from {Path}.")]
    private partial void LogRead(int count, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "The file of keys {Path} cannot be used: {Problem}. The {Count} keys read before stay in force.")]
    private partial void LogUnusable(string path, string problem, int count);
}
