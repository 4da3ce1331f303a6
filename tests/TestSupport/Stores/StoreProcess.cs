using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Lineup.TestSupport.Stores;

/// <summary>A store's server as a process, with what it has written.</summary>
internal sealed class StoreProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _log = [];

    private StoreProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    public static StoreProcess Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        var store = new StoreProcess(new Process { StartInfo = start });
        store._process.OutputDataReceived += (_, line) => store.Keep(line.Data);
        store._process.ErrorDataReceived += (_, line) => store.Keep(line.Data);
        store._process.Start();
        store._process.BeginOutputReadLine();
        store._process.BeginErrorReadLine();
        return store;
    }

    /// <summary>Runs a program that ends by itself, and asserts that it ends well.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        await using var run = Start(program, arguments);
        await run._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(run._process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}:\n{run.Log}");
    }

    /// <summary>A port of loopback that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Waits until somebody listens on a port of loopback.</summary>
    public Task UntilListensAsync(int port) => Poll.UntilAsync(
        $"port {port} is open",
        async () =>
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return true;
            }
            catch (SocketException)
            {
                return _process.HasExited ? throw new InvalidOperationException($"The store has ended:\n{Log}") : false;
            }
        },
        open => open,
        show: _ => Log);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_log)
            _log.Add(line ?? "");
    }
}
