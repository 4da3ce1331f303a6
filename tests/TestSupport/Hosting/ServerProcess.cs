using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace Lineup.TestSupport.Hosting;

/// <summary>
/// A program of Lineup as a process of its own, on a free port of loopback. It sees none of this machine's Lineup settings, only those
/// it is given.
/// </summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    /// <summary>For programs that compute and then end: nothing waits for them, but the machine may be busy with other tests.</summary>
    private static readonly TimeSpan WorkLimit = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly List<string> _log = [];
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    /// <summary>A client whose base address is the server's.</summary>
    public HttpClient Http { get; } = new() { Timeout = Limit };

    public Uri Address => Http.BaseAddress!;

    public int ProcessId => _process.Id;

    /// <summary>What the process has written so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    /// <summary>Starts Lineup.{program}.dll, which lies beside the tests, and waits until it listens; it need not be ready yet.</summary>
    public static async Task<ServerProcess> StartAsync(string program, string repository, params string[] settings)
    {
        var server = Start($"Lineup.{program}.dll", ["--urls", "http://127.0.0.1:0", "--Lineup:Repository:Path", repository, .. settings]);
        var exited = server._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        try
        {
            var first = await Task.WhenAny(server._listening.Task, exited).WaitAsync(Limit, TestContext.Current.CancellationToken);
            if (first == exited)
                Assert.Fail($"{program} ended with {server._process.ExitCode} before it listened:\n{server.Log}");
            server.Http.BaseAddress = await server._listening.Task;
            return server;
        }
        catch (TimeoutException)
        {
            await server.DisposeAsync();
            Assert.Fail($"{program} did not listen within {Limit}:\n{server.Log}");
            throw;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a frontend or a silo and waits until it is ready to serve.</summary>
    public static async Task<ServerProcess> StartReadyAsync(string program, string repository, params string[] settings)
    {
        var server = await StartAsync(program, repository, settings);
        await server.UntilHealthAsync("ready", HttpStatusCode.OK);
        return server;
    }

    /// <summary>Runs a program that is expected to end by itself.</summary>
    public static async Task<(int ExitCode, string Log)> RunAsync(string assembly, params string[] arguments)
    {
        await using var server = Start(assembly, arguments);
        return (await server.UntilExitAsync(WorkLimit), server.Log);
    }

    /// <summary>Starts a program that is expected to end by itself, and gives it while it runs.</summary>
    public static ServerProcess Launch(string assembly, params string[] arguments) => Start(assembly, arguments);

    /// <summary>Waits until the process has written a line with that text.</summary>
    public Task UntilLogAsync(string text) => Poll.UntilAsync(
        $"the process has written '{text}'",
        () => Task.FromResult(Log),
        log => log.Contains(text, StringComparison.Ordinal) || _process.HasExited,
        WorkLimit,
        log => log);

    /// <summary>Polls /health/{kind} until it has that status.</summary>
    public Task UntilHealthAsync(string kind, HttpStatusCode status) => Poll.UntilAsync(
        $"/health/{kind} is {status}",
        async () =>
        {
            using var response = await Http.GetAsync(new Uri($"/health/{kind}", UriKind.Relative), TestContext.Current.CancellationToken);
            return response.StatusCode;
        },
        answer => answer == status,
        Limit,
        answer => $"{answer}\n{Log}");

    /// <summary>Asks the process to end, as Ctrl-C does.</summary>
    public void Interrupt() => Signals.Interrupt(_process.Id);

    /// <summary>Asks the process to end, as a service manager or an orchestrator does.</summary>
    public void Terminate() => Signals.Terminate(_process.Id);

    /// <summary>Ends the process at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async Task<int> UntilExitAsync(TimeSpan? limit = null)
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(limit ?? Limit);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The process did not end within {limit ?? Limit}:\n{Log}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Http.Dispose();
        _process.Dispose();
    }

    private static ServerProcess Start(string assembly, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
            start.Environment.Remove(name);

        var process = new Process { StartInfo = start };
        var server = new ServerProcess(process);
        process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    private static bool IsSetting(string variable) =>
        variable.StartsWith("LINEUP_", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || variable.Equals("DOTNET_ENVIRONMENT", StringComparison.OrdinalIgnoreCase);

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.Add(line);
        if (Listening().Match(line) is { Success: true } match)
            _listening.TrySetResult(new(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (http://[^\s""]+)")]
    private static partial Regex Listening();
}
