using System.Net;
using Lineup.TestSupport;
using Lineup.TestSupport.Stores;

namespace Lineup.EndToEnd.Tests.Clustering;

/// <summary>A cluster whose processes meet in a real store, which a test can stop and start.</summary>
internal sealed class StoreScene : IAsyncDisposable
{
    private readonly RedisServer? _redis;
    private readonly PostgresServer? _postgres;
    private readonly List<ServerProcess> _processes = [];

    private StoreScene(RedisServer? redis, PostgresServer? postgres) => (_redis, _postgres) = (redis, postgres);

    public TestRepository Repository { get; } = new TestRepository().AddModel("tiny", "original", "int8");

    public RedisServer Redis => _redis!;

    public string ConnectionString => _redis?.ConnectionString ?? _postgres!.ConnectionString;

    private string[] Settings =>
        ["--Lineup:Cluster:Store", _redis is null ? "PostgreSql" : "Redis", "--Lineup:Cluster:ConnectionString", ConnectionString, "--Lineup:Lanes:Count", "1"];

    /// <summary>Starts the store, and for PostgreSQL makes the schema by the command that is documented.</summary>
    public static async Task<StoreScene> StartAsync(string store)
    {
        if (store == "Redis")
            return new(await RedisServer.StartAsync(), null);
        var scene = new StoreScene(null, await PostgresServer.StartAsync());
        var (exitCode, log) = await scene.InitAsync();
        Assert.True(exitCode == 0, log);
        return scene;
    }

    public Task<(int ExitCode, string Log)> InitAsync() =>
        ServerProcess.RunAsync("lineup.dll", "cluster", "init", "--store", "PostgreSql", "--connection", ConnectionString);

    /// <summary>Starts a silo, on ports of its own and known to others by the store alone.</summary>
    public async Task<ServerProcess> StartSiloAsync(string name)
    {
        var (silo, gateway) = Ports.TakeTwo();
        return await KeepAsync(ServerProcess.StartReadyAsync(
            "Silo", Repository.Root, [.. Settings, "--Lineup:Silo:Name", name, "--Lineup:Silo:SiloPort", $"{silo}", "--Lineup:Silo:GatewayPort", $"{gateway}"]));
    }

    public Task<ServerProcess> StartFrontendAsync() => KeepAsync(ServerProcess.StartReadyAsync("Frontend", Repository.Root, Settings));

    /// <summary>Starts one that need not get ready.</summary>
    public Task<ServerProcess> StartWaitingFrontendAsync() => KeepAsync(ServerProcess.StartAsync("Frontend", Repository.Root, Settings));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        Repository.Dispose();
    }

    private async Task<ServerProcess> KeepAsync(Task<ServerProcess> starting)
    {
        var process = await starting;
        _processes.Add(process);
        return process;
    }
}
