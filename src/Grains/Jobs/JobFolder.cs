using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lineup.Grains.Jobs;

/// <summary>
/// Where this process keeps uploads while their jobs need them: a folder of its own, locked for as long as the process lives, so that
/// others that share the disk can tell what a dead one has left. On start it tidies up after those.
/// </summary>
internal sealed partial class JobFolder(ModelStore store, IOptions<JobOptions> options, ILogger<JobFolder> log) : IHostedService, IDisposable
{
    private const string LockName = "lock";

    private readonly Lock _gate = new();
    private FileStream? _lock;

    /// <summary>The folder of uploads and records that silos may share.</summary>
    public string Root { get; } = Path.GetFullPath(options.Value.Folder ?? Path.Combine(store.Root, ".jobs"));

    private string Uploads => Path.Combine(Root, "uploads");

    public Task StartAsync(CancellationToken cancellationToken) => Task.Run(Clear, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A new folder for a job's upload.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public string Create(string job)
    {
        lock (_gate)
        {
            if (_lock is null)
            {
                var own = Path.Combine(Uploads, Guid.NewGuid().ToString("N"));
                Directory.CreateDirectory(own);
                _lock = new(Path.Combine(own, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }

            return Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_lock.Name)!, job)).FullName;
        }
    }

    /// <summary>Bytes that uploads may still take of the disk.</summary>
    /// <exception cref="IOException">The disk cannot be asked.</exception>
    public long Room()
    {
        Directory.CreateDirectory(Uploads);
        return new DriveInfo(Uploads).AvailableFreeSpace - options.Value.KeepFreeBytes;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_lock is null)
                return;
            _lock.Dispose();
            TryDelete(Path.GetDirectoryName(_lock.Name)!);
            _lock = null;
        }
    }

    private void Clear()
    {
        foreach (var problem in Leftovers.Clear(store))
            NotCleared(log, problem);
        if (!Directory.Exists(Uploads))
            return;
        foreach (var folder in Directory.GetDirectories(Uploads))
        {
            try
            {
                // Whoever lives holds it. A folder without one was left in the moment of its making, or is just being made.
                File.Open(Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            }
            catch (IOException)
            {
                continue;
            }

            TryDelete(folder);
        }
    }

    private void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            NotCleared(log, error.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Something that an earlier process left cannot be tidied up: {Reason}")]
    private static partial void NotCleared(ILogger log, string reason);
}
