using System.Diagnostics;
using Lineup.EndToEnd.Tests.Clustering;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.EndToEnd.Tests.Observability;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>
/// A frontend, two silos and the Prometheus that watches them. Models: "tiny" (original, good, heavy; blind, which errs on blue; corrupt,
/// which cannot be loaded), "slow", and "stuck", whose load never ends.
/// </summary>
internal sealed class WatchedCluster : IAsyncDisposable
{
    private readonly List<ServerProcess> _processes = [];
    private PrometheusProcess? _prometheus;

    public TestRepository Repository { get; } = new TestRepository()
        .AddModel("tiny", new TinyModel { ExtraWork = 8 }, "original")
        .AddVariant("tiny", "original", new TinyModel { ExtraWork = 8 }, Manifest("original"))
        .AddVariant("tiny", "good", new TinyModel { ExtraWork = 2 }, Manifest("good"))
        .AddVariant("tiny", "heavy", new TinyModel { ExtraWork = 50 }, Manifest("heavy"))
        .AddVariant("tiny", "blind", new TinyModel { BlindTo = 2 }, Manifest("blind"))
        .AddCorrupt("tiny")
        .AddModel("slow", new TinyModel { ExtraWork = 150 })
        .AddModel("stuck");

    public ServerProcess Frontend => _processes[2];

    public ServerProcess SecondSilo => _processes[1];

    public PrometheusProcess Prometheus => _prometheus!;

    public static async Task<WatchedCluster> StartAsync()
    {
        PrometheusTools.Require("prometheus");
        var cluster = new WatchedCluster();
        try
        {
            await cluster.ReplaceByPipeAsync("stuck");
            await cluster.StartProcessesAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_prometheus is not null)
            await _prometheus.DisposeAsync();
        foreach (var process in _processes)
            await process.DisposeAsync();
        Repository.Dispose();
    }

    private async Task StartProcessesAsync()
    {
        var first = Ports.TakeTwo();
        var second = Ports.TakeTwo();
        _processes.Add(await ServerProcess.StartReadyAsync("Silo", Repository.Root, [.. Silo("first", first)]));
        _processes.Add(await ServerProcess.StartReadyAsync("Silo", Repository.Root, [.. Silo("second", second), "--Lineup:Silo:Primary", $"127.0.0.1:{first.First}"]));
        _processes.Add(await ServerProcess.StartReadyAsync(
            "Frontend", Repository.Root,
            "--Lineup:Cluster:Gateways:0", $"127.0.0.1:{first.Second}", "--Lineup:Drift:Share", "1", "--Lineup:Drift:Patience", "00:00:10"));
        _prometheus = await PrometheusProcess.StartAsync([_processes[2].Address], [_processes[0].Address, _processes[1].Address]);
    }

    /// <summary>A pipe that nobody writes to: whoever opens it waits, as for a file on a network folder that has gone.</summary>
    private async Task ReplaceByPipeAsync(string model)
    {
        var path = Repository.ModelPath(model);
        File.Delete(path);
        using var program = Process.Start("mkfifo", [path]);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, program.ExitCode);
    }

    /// <summary>The load must not get more replicas than one: what overload looks like is part of the proof.</summary>
    private static string[] Silo(string name, (int Silo, int Gateway) ports) =>
    [
        "--Lineup:Silo:Name", name, "--Lineup:Silo:SiloPort", $"{ports.Silo}", "--Lineup:Silo:GatewayPort", $"{ports.Gateway}",
        "--Lineup:Admission:QueueLimit", "110", "--Lineup:Lanes:Count", "2",
    ];

    private static ModelRepository.Manifests.VariantManifest Manifest(string name) =>
        Evaluated.Manifest(name) with { CompressedBytes = 100 };
}
