using System.Diagnostics;
using Lineup.Cluster.Running;
using Lineup.Cluster.Topologies;

namespace Lineup.Cluster.Launching;

/// <summary>Turns services of the topology into processes: settings become variables, as in a container, and what they write goes to a file.</summary>
internal sealed class Launcher(Topology topology, ClusterRunOptions options, LoopbackPlaces places, RunFolder folder)
{
    private static readonly Dictionary<ServiceKind, IRecipe> Recipes = new()
    {
        [ServiceKind.Redis] = new RedisRecipe(),
        [ServiceKind.Postgres] = new PostgresRecipe(),
        [ServiceKind.Schema] = new SchemaRecipe(),
        [ServiceKind.Silo] = new SiloRecipe(),
        [ServiceKind.Frontend] = new FrontendRecipe(),
        [ServiceKind.Proxy] = new ProxyRecipe(),
        [ServiceKind.Prometheus] = new PrometheusRecipe(),
        [ServiceKind.Grafana] = new GrafanaRecipe(),
    };

    private readonly Placeholders _placeholders = new(topology, options.Store, places);

    /// <summary>Why a service cannot run here; null where it can.</summary>
    public string? WhyNot(ServiceDescription service) => Recipes[service.Kind].Program is { } program && Programs.Find(program, options.Programs) is null
        ? $"there is no {program} on this machine"
        : null;

    public static Signal StopSignal(ServiceDescription service) => Recipes[service.Kind].StopSignal;

    public Task AfterStartAsync(ServiceDescription service, CancellationToken cancellationToken) =>
        Recipes[service.Kind].AfterStartAsync(Context(service), cancellationToken);

    public async Task<ProcessStartInfo> PrepareAsync(ServiceDescription service, string logPath, CancellationToken cancellationToken)
    {
        var context = Context(service);
        Directory.CreateDirectory(context.Data);
        var launch = await Recipes[service.Kind].PrepareAsync(context, cancellationToken);

        // A session of its own keeps Ctrl-C of the terminal from reaching it: who stops when is decided here.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec setsid \"$@\" >>\"$0\" 2>&1", logPath]) { WorkingDirectory = context.Data };
        foreach (var argument in (IEnumerable<string>)[.. Pinned(service), .. As(launch)])
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in context.Settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return start;
    }

    /// <summary>The command line that runs it as its user.</summary>
    public static IEnumerable<string> As(Launch launch) => launch.User is { } user
        ? ["setpriv", "--reuid", user, "--regid", user, "--init-groups", launch.Program, .. launch.Arguments]
        : [launch.Program, .. launch.Arguments];

    private LaunchContext Context(ServiceDescription service)
    {
        var settings = _placeholders.SettingsOf(service);
        foreach (var (name, setting, value) in options.Settings)
        {
            if (name == service.Name || name.Equals(service.Kind.ToString(), StringComparison.OrdinalIgnoreCase))
                settings[setting] = value;
        }

        var program = Recipes[service.Kind].Program is { } wanted ? Programs.Find(wanted, options.Programs) ?? wanted : "";
        return new(service, topology, options, places, folder, settings, program);
    }

    private IEnumerable<string> Pinned(ServiceDescription service) =>
        options.Cores.TryGetValue(service.Name, out var cores) ? ["taskset", "--cpu-list", cores] : [];

    /// <summary>A run sees none of this machine's settings, only those of the topology.</summary>
    private static bool IsSetting(string variable) =>
        variable.StartsWith("LINEUP_", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || variable.Equals("DOTNET_ENVIRONMENT", StringComparison.OrdinalIgnoreCase);
}
