namespace Lineup.Throughput;

/// <summary>What a flood of bulk requests costs interactive ones, beside what the same flood costs if it does not say that it is bulk.</summary>
internal static class BulkFlood
{
    private const int Port = 5651;
    private const int DeadlineMilliseconds = 5000;
    private const int FloodConnections = 32;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    /// <summary>The flood begins before what is measured and ends after it.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <param name="workload">The model, whose original is served.</param>
    /// <param name="plan">Each round measures at each concurrency without a flood, with one of bulk requests, and with one of interactive requests.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task RunAsync(Workload workload, MeasurementPlan plan, CancellationToken cancellationToken)
    {
        using var server = await ServerProcess.StartAsync("Frontend", Port, workload.Repository, cancellationToken);
        using var people = new LoadGenerator(workload, DeadlineMilliseconds);
        using var bulk = new LoadGenerator(workload.ImageFolder, workload.Images.Count, DeadlineMilliseconds, "bulk");
        var path = $"/api/models/{workload.Model}/variants/original/classify";
        await people.RunAsync(Port, path, 16, WarmUp, [server], cancellationToken);

        Console.WriteLine("| interactive connections | flood | interactive img/s (min-max) | p50 ms | p99 ms (min-max) | refused | lost | flood img/s | flood refused | flood lost |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var connections in plan.Concurrency)
        {
            (string Name, LoadGenerator? Flood, List<Sample> People, List<Sample> Others)[] cases =
                [("none", null, [], []), ("bulk", bulk, [], []), ("interactive", people, [], [])];
            for (var round = 0; round < plan.Rounds; round++)
            {
                foreach (var (_, flood, measured, others) in cases)
                {
                    var flooding = flood?.RunAsync(Port, path, FloodConnections, plan.Duration + (Margin * 2), [server], cancellationToken);
                    await Task.Delay(Margin, cancellationToken);
                    measured.Add(await people.RunAsync(Port, path, connections, plan.Duration, [server], cancellationToken));
                    if (flooding is not null)
                        others.Add(await flooding);
                }
            }

            foreach (var (name, _, measured, others) in cases)
                Print(connections, name, measured, others);
        }
    }

    private static void Print(int connections, string flood, List<Sample> people, List<Sample> others)
    {
        var median = Sample.Median(people);
        var tails = people.ConvertAll(sample => sample.P99);
        tails.Sort();
        var other = others.Count > 0 ? Sample.Median(others) : null;
        Console.WriteLine(
            $"| {connections} | {flood} | {median.PerSecond:0} ({people.Min(sample => sample.PerSecond):0}-{people.Max(sample => sample.PerSecond):0}) "
            + $"| {median.P50:0.0} | {tails[tails.Count / 2]:0.0} ({tails[0]:0.0}-{tails[^1]:0.0}) | {median.Refused} | {median.Lost} "
            + $"| {other?.PerSecond:0} | {other?.Refused} | {other?.Lost} |");
    }
}
