using System.Diagnostics;

namespace Lineup.Throughput;

/// <summary>A frontend or a silo as a process of its own, on loopback.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private ServerProcess(Process process) => _process = process;

    /// <summary>Processor time used so far, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts Lineup.{name}.dll, which lies beside this program, and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(string name, int port, string repository, CancellationToken cancellationToken, params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, $"Lineup.{name}.dll"), "--urls", $"http://127.0.0.1:{port}", "--Lineup:Repository:Path", repository },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in settings)
            start.ArgumentList.Add(setting);
        var process = Process.Start(start)!;
        var log = new List<string>();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
        var deadline = Stopwatch.GetTimestamp() + (long)(StartLimit.TotalSeconds * Stopwatch.Frequency);
        while (!await IsReadyAsync(http, cancellationToken))
        {
            if (process.HasExited || Stopwatch.GetTimestamp() > deadline)
            {
                process.Kill(entireProcessTree: true);
                throw new InvalidOperationException($"{name} did not become ready:\n{string.Join('\n', log)}");
            }

            await Task.Delay(100, cancellationToken);
        }

        return new(process);

        void Keep(string? line)
        {
            lock (log)
                log.Add(line ?? "");
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            return (await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
