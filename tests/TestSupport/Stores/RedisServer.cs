using System.Globalization;

namespace Lineup.TestSupport.Stores;

/// <summary>A real Redis of a test's own, which keeps its data while it is stopped.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lineup-redis-");
    private readonly string _program;
    private readonly int _port = StoreProcess.FreePort();
    private StoreProcess? _process;

    private RedisServer(string program) => _program = program;

    public string ConnectionString => $"127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}";

    public static async Task<RedisServer> StartAsync()
    {
        var redis = new RedisServer(StorePrograms.Require("redis-server", "redis-server"));
        try
        {
            await redis.StartAgainAsync();
            return redis;
        }
        catch
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    public async Task StartAgainAsync()
    {
        _process = StoreProcess.Start(
            _program,
            "--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.FullName, "--appendonly", "yes", "--save", "");
        await _process.UntilListensAsync(_port);
    }

    /// <summary>Ends it at once.</summary>
    public async Task StopAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }
}
