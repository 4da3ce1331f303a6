using System.Diagnostics;
using System.Globalization;

namespace Lineup.Throughput;

/// <summary>Drives wrk: one thread, so that it takes as little as possible from what it measures; pictures in turn, as raw bodies.</summary>
internal sealed class LoadGenerator : IDisposable
{
    private readonly string _script = Path.GetTempFileName();

    public LoadGenerator(Workload workload, int deadlineMilliseconds)
        : this(workload.ImageFolder, workload.Images.Count, deadlineMilliseconds)
    {
    }

    /// <param name="folder">Holds the pictures as 0, 1, 2 and so on.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="deadlineMilliseconds">What each request allows.</param>
    /// <param name="priority">What each request says of its urgency.</param>
    public LoadGenerator(string folder, int count, int deadlineMilliseconds, string priority = "interactive")
    {
        var script = $$"""
            local bodies = {}
            local next = 0
            function init(args)
              for i = 0, {{count - 1}} do
                local file = assert(io.open("{{folder}}/" .. i, "rb"))
                bodies[i] = wrk.format("POST", args[1] .. "?top=5&deadlineMs={{deadlineMilliseconds}}&priority={{priority}}", { ["Content-Type"] = "image/jpeg" }, file:read("*a"))
                file:close()
              end
            end
            function request()
              next = (next + 1) % {{count}}
              return bodies[next]
            end
            function done(summary, latency, requests)
              local e = summary.errors
              io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
                latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
            end
            """;
        File.WriteAllText(_script, script);
    }

    public async Task<Sample> RunAsync(
        int port, string path, int connections, TimeSpan duration, IReadOnlyList<ServerProcess> servers, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("wrk")
        {
            ArgumentList =
            {
                "-t1", $"-c{connections}", $"-d{duration.TotalSeconds:0}s", "--timeout", "15s", "-s", _script, $"http://127.0.0.1:{port}", "--", path,
            },
            RedirectStandardOutput = true,
        };
        var before = servers.Sum(server => server.ProcessorTime.TotalMilliseconds);
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync(cancellationToken);
        await wrk.WaitForExitAsync(cancellationToken);
        var cpu = servers.Sum(server => server.ProcessorTime.TotalMilliseconds) - before;

        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith("RESULT ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk gave no result:\n{output}");
        var numbers = line.Split(' ')[1..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var answered = numbers[0] - numbers[4];
        return new(
            answered / (numbers[1] / 1e6), numbers[2] / 1e3, numbers[3] / 1e3, cpu / Math.Max(answered, 1),
            (long)answered, (long)numbers[4], (long)numbers[5]);
    }

    public void Dispose() => File.Delete(_script);
}
