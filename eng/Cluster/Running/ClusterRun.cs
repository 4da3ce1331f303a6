using Lineup.Cluster.Launching;
using Lineup.Cluster.Topologies;

namespace Lineup.Cluster.Running;

/// <summary>
/// The topology as processes on this machine's loopback. Disposing it stops them all, those first that others do not need. Needs Linux.
/// </summary>
public sealed class ClusterRun : IAsyncDisposable
{
    private readonly Dictionary<string, RunningService> _services = [];
    private readonly RunFolder _folder;
    private readonly Launcher _launcher;

    private ClusterRun(ClusterRunOptions options, Topology topology, RunFolder folder)
    {
        _folder = folder;
        Topology = topology;
        Places = new(topology, folder.Path, options.FirstPort);
        _launcher = new(topology, options, Places, folder);
    }

    public Topology Topology { get; }

    public LoopbackPlaces Places { get; }

    /// <summary>The key of operators, for X-Api-Key.</summary>
    public string OperatorKey => _folder.Secret(RunFolder.OperatorKey);

    /// <summary>The services that run, each after those that it needs.</summary>
    public IReadOnlyList<RunningService> Services => [.. _services.Values];

    /// <summary>Services that were left out because their programs are not on this machine, and why.</summary>
    public IReadOnlyDictionary<string, string> LeftOut { get; private set; } = new Dictionary<string, string>();

    /// <exception cref="KeyNotFoundException">No such service runs.</exception>
    public RunningService this[string name] => _services.TryGetValue(name, out var service)
        ? service
        : throw new KeyNotFoundException($"No service '{name}' runs; there are {string.Join(", ", _services.Keys)}.");

    /// <summary>Starts all services and waits until each is healthy.</summary>
    /// <exception cref="ServiceException">One did not start or did not become healthy; all have been stopped again.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux, whose signals and tools it needs.</exception>
    public static async Task<ClusterRun> StartAsync(ClusterRunOptions options, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("The cluster is started as processes on Linux only; elsewhere, use docker-compose.yml.");
        var topology = Topology.Load();
        var run = new ClusterRun(options, topology, await RunFolder.OpenAsync(options.Folder, cancellationToken));
        try
        {
            await run.StartAllAsync(options, cancellationToken);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // In waves against the order of starting: a proxy before its frontends, they before the silos, and these before their store.
        var left = _services.Values.ToList();
        while (left.Count > 0)
        {
            var wave = left.Where(service => !left.Any(other => other.Description.After.Contains(service.Name))).ToList();
            await Task.WhenAll(wave.Select(service => service.StopAsync()));
            left.RemoveAll(wave.Contains);
        }

        foreach (var service in _services.Values)
            service.Dispose();
        _folder.Dispose();
    }

    private async Task StartAllAsync(ClusterRunOptions options, CancellationToken cancellationToken)
    {
        var leftOut = new Dictionary<string, string>();
        LeftOut = leftOut;
        var starts = new Dictionary<string, Task>();
        foreach (var description in Topology.With(options.Store))
        {
            if (options.Only?.Contains(description.Name) == false)
                continue;
            if (_launcher.WhyNot(description) is { } reason)
            {
                leftOut[description.Name] = reason;
                options.Tell($"{description.Name}: left out, since {reason}");
                continue;
            }

            var service = new RunningService(Topology.KindOf(description), description, _launcher, Places, options);
            _services[description.Name] = service;
            var needed = description.After.Where(starts.ContainsKey).Select(name => starts[name]).ToList();
            starts[description.Name] = StartAfterAsync(service, needed);
        }

        await Task.WhenAll(starts.Values);

        async Task StartAfterAsync(RunningService service, List<Task> needed)
        {
            await Task.WhenAll(needed);
            await service.StartAsync(cancellationToken);
            options.Tell($"{service.Name}: {service.Describe()}");
        }
    }
}
