using System.Globalization;

namespace Lineup.TestSupport.Stores;

/// <summary>A real PostgreSQL of a test's own, with an empty database and a user called lineup.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Name = "lineup";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lineup-postgres-");
    private readonly int _port = StoreProcess.FreePort();
    private StoreProcess? _process;

    public string ConnectionString =>
        $"Host=127.0.0.1;Port={_port.ToString(CultureInfo.InvariantCulture)};Username={Name};Database={Name}";

    /// <summary>PostgreSQL refuses to run as root; Debian's package has a user for it.</summary>
    private static string[] AsUser => Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--"] : ["env"];

    private string Data => Path.Combine(_folder.FullName, "data");

    public static async Task<PostgresServer> StartAsync()
    {
        var initdb = StorePrograms.Require("initdb", "postgresql");
        var postgres = StorePrograms.Require("postgres", "postgresql");
        var server = new PostgresServer();
        try
        {
            await server.StartAsync(initdb, postgres);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartAsync(string initdb, string postgres)
    {
        if (Environment.IsPrivilegedProcess)
            await StoreProcess.RunAsync("chown", "postgres", _folder.FullName);
        await RunAsync(initdb, "-D", Data, "-U", Name, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
        _process = StoreProcess.Start(
            AsUser[0],
            [.. AsUser[1..], postgres, "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-k", _folder.FullName, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]);
        await _process.UntilListensAsync(_port);
        await RunAsync(
            Path.Combine(Path.GetDirectoryName(File.ResolveLinkTarget(initdb, returnFinalTarget: true)?.FullName ?? initdb)!, "psql"),
            "-h", _folder.FullName, "-p", _port.ToString(CultureInfo.InvariantCulture), "-U", Name, "-d", "postgres", "-c", $"CREATE DATABASE {Name}");
    }

    private static Task RunAsync(string program, params string[] arguments) => StoreProcess.RunAsync(AsUser[0], [.. AsUser[1..], program, .. arguments]);
}
