using System.Diagnostics;
using Lineup.Cluster.Launching;
using Lineup.Cluster.Topologies;

namespace Lineup.Cluster.Running;

/// <summary>
/// One service as a process. Unless told otherwise it is started anew whenever its process ends without having been told to, as a
/// container would be. Thread-safe, but for two callers who start and stop the same service at once.
/// </summary>
public sealed class RunningService : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PollDelay = TimeSpan.FromMilliseconds(100);

    private readonly KindDescription _kind;
    private readonly Launcher _launcher;
    private readonly ClusterRunOptions _options;
    private readonly HealthCheck? _health;
    private readonly Lock _gate = new();
    private Process? _process;
    private Task<int> _ended = Task.FromResult(0);
    private bool _wanted;

    internal RunningService(
        KindDescription kind, ServiceDescription description, Launcher launcher, LoopbackPlaces places, ClusterRunOptions options)
    {
        (_kind, Description, _launcher, _options) = (kind, description, launcher, options);
        Ports = kind.Ports.Keys.ToDictionary(port => port, port => places.Port(description, port));
        LogPath = Path.Combine(places.Data(description), "log.txt");
        _health = kind.Health is { } health ? new(places.Host(description), Ports[health.Port], health.Path) : null;
    }

    public ServiceDescription Description { get; }

    public string Name => Description.Name;

    /// <summary>Its ports on loopback, by name.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; }

    /// <summary>Where it answers HTTP; null where it does not.</summary>
    public Uri? Address => Ports.TryGetValue("http", out var port) ? new($"http://127.0.0.1:{port}") : null;

    /// <summary>File with all that it has written.</summary>
    public string LogPath { get; }

    /// <summary>The process's id; null while none runs.</summary>
    public int? ProcessId
    {
        get
        {
            lock (_gate)
                return _process is { HasExited: false } running ? running.Id : null;
        }
    }

    /// <summary>How many times a process has been started for it.</summary>
    public int Starts { get; private set; }

    /// <summary>Starts it and waits until it is healthy or, if it ends by itself, has ended well.</summary>
    /// <exception cref="ServiceException">It did not come so far.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await LaunchAsync(cancellationToken);
        if (_kind.EndsByItself)
        {
            var exitCode = await _ended.WaitAsync(StartLimit, cancellationToken);
            if (exitCode != 0)
                throw Failure($"ended with {exitCode}");
            return;
        }

        await UntilHealthyAsync(StartLimit, cancellationToken);
        await _launcher.AfterStartAsync(Description, cancellationToken);
    }

    /// <summary>Waits until it says that it can be used.</summary>
    /// <exception cref="ServiceException">It did not within the limit, or it has ended and is not started anew.</exception>
    public async Task UntilHealthyAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await IsHealthyAsync(cancellationToken))
        {
            if (ProcessId is null && !_options.Restart)
                throw Failure($"ended with {await _ended}");
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw Failure($"was not healthy within {limit}");
            await Task.Delay(PollDelay, cancellationToken);
        }
    }

    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken) =>
        ProcessId is not null && (_health is null || await _health.AskAsync(cancellationToken));

    /// <summary>Ends its process at once (SIGKILL), as a crash does. It is started anew unless <paramref name="restart"/> is false.</summary>
    public void Kill(bool restart = true)
    {
        _wanted &= restart;
        Send(Signal.Kill);
    }

    /// <summary>Lets its process stand still (SIGSTOP) until <see cref="Resume"/>.</summary>
    public void Pause() => Send(Signal.Stop);

    /// <summary>Lets a paused process go on (SIGCONT).</summary>
    public void Resume() => Send(Signal.Continue);

    /// <summary>
    /// Tells it to stop (SIGTERM), waits until its process has ended, and kills it if it takes longer than it may. It stays down until it
    /// is started.
    /// </summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        _wanted = false;
        Send(Signal.Continue);
        Send(Launcher.StopSignal(Description));
        try
        {
            return await _ended.WaitAsync(TimeSpan.FromSeconds(_kind.StopSeconds));
        }
        catch (TimeoutException)
        {
            _options.Tell($"{Name}: killed, since it had not stopped within {_kind.StopSeconds} s");
            Send(Signal.Kill);
            return await _ended;
        }
    }

    /// <summary>Completes with the exit code when the process that runs now has ended.</summary>
    public Task<int> UntilEndedAsync() => _ended;

    /// <summary>The last lines that it has written.</summary>
    public string LastLines(int count = 30) =>
        File.Exists(LogPath) ? string.Join('\n', File.ReadLines(LogPath).TakeLast(count)) : "";

    public void Dispose()
    {
        _wanted = false;
        Send(Signal.Kill);
        lock (_gate)
            _process?.Dispose();
    }

    internal string Describe() => _kind.EndsByItself
        ? "done"
        : string.Join(", ", Ports.Select(port => $"{port.Key} 127.0.0.1:{port.Value}"));

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        var start = await _launcher.PrepareAsync(Description, LogPath, cancellationToken);
        lock (_gate)
        {
            _process?.Dispose();
            _process = Process.Start(start) ?? throw Failure("could not be started");
            _wanted = !_kind.EndsByItself;
            Starts++;
            _ended = WatchAsync(_process);
        }
    }

    private async Task<int> WatchAsync(Process process)
    {
        await process.WaitForExitAsync();
        var exitCode = process.ExitCode;
        if (_wanted && _options.Restart)
        {
            _options.Tell($"{Name}: its process has ended with {exitCode}; it is started anew");
            _ = RestartAsync();
        }

        return exitCode;
    }

    private async Task RestartAsync()
    {
        await Task.Delay(RestartDelay);
        if (_wanted)
            await LaunchAsync(CancellationToken.None);
    }

    private void Send(Signal signal)
    {
        if (ProcessId is { } processId)
            signal.SendTo(processId);
    }

    private ServiceException Failure(string what) => new($"{Name} {what}. The end of {LogPath}:\n{LastLines()}");
}
