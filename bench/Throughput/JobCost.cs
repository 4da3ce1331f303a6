using System.Net.Http.Json;
using System.Text.Json;

namespace Lineup.Throughput;

/// <summary>What a job in the silo costs those who are served by it meanwhile, and what serving costs the job.</summary>
internal static class JobCost
{
    private const int Port = 5641;
    private const int DeadlineMilliseconds = 1000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <param name="workload">The model, whose original is served.</param>
    /// <param name="plan">Each round measures at each concurrency without a job and with one.</param>
    /// <param name="pictures">An archive or folder of pictures for the job, which prunes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task RunAsync(Workload workload, MeasurementPlan plan, FileSystemInfo pictures, CancellationToken cancellationToken)
    {
        using var server = await ServerProcess.StartAsync(
            "Frontend", Port, workload.Repository, cancellationToken, "--Lineup:Jobs:DataFolder", Path.GetDirectoryName(pictures.FullName)!);
        using var wrk = new LoadGenerator(workload, DeadlineMilliseconds);
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{Port}") };
        var path = $"/api/models/{workload.Model}/variants/original/classify";
        await wrk.RunAsync(Port, path, 16, WarmUp, [server], cancellationToken);

        Console.WriteLine("| concurrency | job | img/s (min-max) | p50 ms | p99 ms | refused | lost | of the throughput without (min-max) |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var connections in plan.Concurrency)
        {
            var (without, with) = (new List<Sample>(), new List<Sample>());
            for (var round = 0; round < plan.Rounds; round++)
            {
                without.Add(await wrk.RunAsync(Port, path, connections, plan.Duration, [server], cancellationToken));
                var job = await StartAsync(http, workload.Model, pictures.Name, cancellationToken);
                with.Add(await wrk.RunAsync(Port, path, connections, plan.Duration, [server], cancellationToken));
                await EndAsync(http, job, cancellationToken);
            }

            var ratios = with.Zip(without, (one, other) => one.PerSecond / other.PerSecond).Order().ToList();
            Print(connections, "none", without, "");
            Print(connections, "pruning", with, $"{ratios[ratios.Count / 2]:0.00} ({ratios[0]:0.00}-{ratios[^1]:0.00})");
        }
    }

    /// <summary>Starts a job and waits until it has read everything and does its real work; it is cancelled long before its end.</summary>
    private static async Task<string> StartAsync(HttpClient http, string model, string pictures, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsync(
            new Uri($"/api/models/{model}/compress?variants=pruned&dataSet={Uri.EscapeDataString(pictures)}", UriKind.Relative), null, cancellationToken);
        response.EnsureSuccessStatusCode();
        var job = (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("address").GetString()!;
        await UntilAsync(http, job, now => now.TryGetProperty("stage", out var stage) && stage.GetString() != "reading", cancellationToken);
        return job;
    }

    private static async Task EndAsync(HttpClient http, string job, CancellationToken cancellationToken)
    {
        using var response = await http.DeleteAsync(new Uri(job, UriKind.Relative), cancellationToken);
        await UntilAsync(http, job, now => now.GetProperty("state").GetString() is "cancelled" or "failed" or "done", cancellationToken);
    }

    private static async Task UntilAsync(HttpClient http, string job, Func<JsonElement, bool> isSo, CancellationToken cancellationToken)
    {
        while (await http.GetFromJsonAsync<JsonElement>(new Uri(job, UriKind.Relative), cancellationToken) is var now && !isSo(now))
        {
            if (now.GetProperty("state").GetString() is "failed" or "done")
                throw new InvalidOperationException($"the job ended too early: {now}");
            await Task.Delay(Look, cancellationToken);
        }
    }

    private static void Print(int connections, string job, List<Sample> samples, string ratio)
    {
        var median = Sample.Median(samples);
        Console.WriteLine(
            $"| {connections} | {job} | {median.PerSecond:0} ({samples.Min(sample => sample.PerSecond):0}-{samples.Max(sample => sample.PerSecond):0}) "
            + $"| {median.P50:0.00} | {median.P99:0.00} | {median.Refused} | {median.Lost} | {ratio} |");
    }
}
