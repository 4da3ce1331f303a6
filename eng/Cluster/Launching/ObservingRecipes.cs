using Lineup.Cluster.Running;
using Lineup.Cluster.Topologies;

namespace Lineup.Cluster.Launching;

/// <summary>HAProxy with the configuration that its container has.</summary>
internal sealed class ProxyRecipe : IRecipe
{
    public string Program => "haproxy";

    /// <summary>Lets requests under way end before it does.</summary>
    public Signal StopSignal => Signal.UserOne;

    public Task<Launch> PrepareAsync(LaunchContext context, CancellationToken cancellationToken) =>
        Task.FromResult(new Launch(context.Program, ["-db", "-f", Path.Combine(SourceTree.Root, "deploy", "proxy", "haproxy.cfg")]));
}

/// <summary>Prometheus with the rules of dashboards/, and whom to scrape as the topology says.</summary>
internal sealed class PrometheusRecipe : IRecipe
{
    public string Program => "prometheus";

    public async Task<Launch> PrepareAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        var source = Path.Combine(SourceTree.Root, "dashboards");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(source, "rules")).Append(Path.Combine(source, "prometheus.yml")))
        {
            var copy = Path.Combine(context.Data, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        await WriteTargetsAsync("frontends.yml", ServiceKind.Frontend);
        await WriteTargetsAsync("silos.yml", ServiceKind.Silo);
        return new(
            context.Program,
            [
                $"--config.file={Path.Combine(context.Data, "prometheus.yml")}",
                $"--storage.tsdb.path={Path.Combine(context.Data, "data")}",
                $"--web.listen-address={context.Places.Bind(context.Service)}:{context.Port("http")}",
                "--enable-feature=exemplar-storage",
            ]);

        Task WriteTargetsAsync(string name, ServiceKind kind)
        {
            var targets = context.Topology.Services.Where(service => service.Kind == kind)
                .Select(service => $"'{context.Places.Host(service)}:{context.Places.Port(service, "http")}'");
            var path = Path.Combine(context.Data, "targets", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return File.WriteAllTextAsync(path, $"- targets: [{string.Join(", ", targets)}]\n", cancellationToken);
        }
    }
}

/// <summary>Grafana with the dashboards of dashboards/; its home is where its package or archive puts it.</summary>
internal sealed class GrafanaRecipe : IRecipe
{
    public string Program => "grafana";

    public Task<Launch> PrepareAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        var boards = Path.Combine(SourceTree.Root, "dashboards", "grafana");
        context.Settings["LINEUP_DASHBOARDS"] = Path.Combine(boards, "dashboards");
        context.Settings["GF_PATHS_PROVISIONING"] = Path.Combine(boards, "provisioning");
        context.Settings["GF_PATHS_DATA"] = context.Data;
        context.Settings["GF_SERVER_HTTP_ADDR"] = context.Places.Bind(context.Service);
        context.Settings["GF_SERVER_HTTP_PORT"] = $"{context.Port("http")}";
        context.Settings["GF_SECURITY_ADMIN_PASSWORD__FILE"] = Path.Combine(context.Folder.Secrets, RunFolder.GrafanaPassword);
        var home = Directory.Exists("/usr/share/grafana") ? "/usr/share/grafana" : Path.GetDirectoryName(Path.GetDirectoryName(context.Program))!;
        return Task.FromResult(new Launch(context.Program, ["server", "--homepath", home]));
    }
}
