using System.Diagnostics;
using System.Diagnostics.Metrics;
using Lineup.Inference.Lanes;
using Lineup.Inference.Serving;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Lineup.Throughput;

/// <summary>
/// What watching costs: one frontend that tells nothing and one that tells all, in turn, round after round; what a scrape takes; and
/// whether the histograms say what the load generator saw. A second silent frontend takes its turn too: what it differs by from the first
/// is what two processes of the same build differ by.
/// </summary>
internal static class Instrumentation
{
    private const int SilentPort = 5304;
    private const int WatchedPort = 5305;
    private const int ControlPort = 5306;
    private const int Scrapes = 20;
    private const int DeadlineMilliseconds = 1000;
    private const double ScrapeIntervalSeconds = 15;
    private const int CutBytes = 8192;
    private const int CutRounds = 15;

    private static readonly TimeSpan CutRound = TimeSpan.FromSeconds(3);

    /// <summary>Orleans' dashboard profiles calls for the first minute, as if somebody looked; the runtime compiles hot code anew.</summary>
    private static readonly TimeSpan FirstMinute = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Workload workload, MeasurementPlan plan, CancellationToken cancellationToken)
    {
        using var silent = await StartSilentAsync(SilentPort);
        using var control = await StartSilentAsync(ControlPort);
        using var watched = await ServerProcess.StartAsync("Frontend", WatchedPort, workload.Repository, cancellationToken);
        using var wrk = new LoadGenerator(workload, DeadlineMilliseconds);
        using var metrics = new MetricsReader(WatchedPort);

        foreach (var variant in workload.Variants)
        {
            var path = $"/api/models/{workload.Model}/variants/{variant}/classify";
            var warmUp = variant == workload.Variants[0] ? FirstMinute : WarmUp;
            await Task.WhenAll(
                new[] { (SilentPort, silent), (ControlPort, control), (WatchedPort, watched) }
                    .Select(one => wrk.RunAsync(one.Item1, path, 8, warmUp, [one.Item2], cancellationToken)));
            Console.WriteLine($"## {workload.Model}/{variant}, {plan.Rounds} rounds of {plan.Duration.TotalSeconds:0} s, silent, watched and control in turn\n");
            Console.WriteLine("| connections | img/s, in turn | img/s, silent against silent | CPU a picture, in turn | CPU a picture, silent against silent | CPU a picture, both at once | p50: wrk, histogram (its bucket) | p99: wrk, histogram (its bucket) |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|");
            foreach (var connections in plan.Concurrency)
            {
                var (rounds, together) = (new List<(Sample Silent, Sample Watched, Sample Control)>(), new List<double>());
                LatencyBuckets? seen = null;
                for (var round = 0; round < plan.Rounds; round++)
                {
                    // Whoever goes first has the cooler machine, and who goes last the warmest: each round they move up by one place.
                    Func<Task<Sample>>[] places = [SilentAsync, WatchedAsync, ControlAsync];
                    var samples = new Sample[places.Length];
                    for (var i = 0; i < places.Length; i++)
                    {
                        var place = (round + i) % places.Length;
                        samples[place] = await places[place]();
                    }

                    rounds.Add((samples[0], samples[1], samples[2]));

                    // At once, whatever else the machine does falls on both alike; only their processor time can be told apart then.
                    var both = await Task.WhenAll(SilentAsync(), RunAsync(WatchedPort, watched));
                    together.Add(both[1].Cpu / both[0].Cpu);
                }

                var last = rounds[^1].Watched;
                Console.WriteLine(
                    $"| {connections} | {Spread(rounds.Select(one => one.Watched.PerSecond / one.Silent.PerSecond))} "
                    + $"| {Spread(rounds.Select(one => one.Control.PerSecond / one.Silent.PerSecond))} "
                    + $"| {Spread(rounds.Select(one => one.Watched.Cpu / one.Silent.Cpu))} | {Spread(rounds.Select(one => one.Control.Cpu / one.Silent.Cpu))} | {Spread(together)} | {last.P50:0.00} ms, {seen!.Say(0.5)} | {last.P99:0.00} ms, {seen.Say(0.99)} |");

                Task<Sample> SilentAsync() => RunAsync(SilentPort, silent);

                Task<Sample> ControlAsync() => RunAsync(ControlPort, control);

                async Task<Sample> WatchedAsync()
                {
                    var before = await metrics.BucketsAsync(variant, cancellationToken);
                    var sample = await RunAsync(WatchedPort, watched);
                    seen = (await metrics.BucketsAsync(variant, cancellationToken)).Since(before);
                    return sample;
                }

                Task<Sample> RunAsync(int port, ServerProcess server) => wrk.RunAsync(port, path, connections, plan.Duration, [server], cancellationToken);
            }

            Console.WriteLine();
        }

        await WithoutInferenceAsync(workload, silent, watched, cancellationToken);
        await ScrapeAsync(metrics, watched, cancellationToken);
        MetersAlone();

        Task<ServerProcess> StartSilentAsync(int port) => ServerProcess.StartAsync(
            "Frontend", port, workload.Repository, cancellationToken,
            "--Lineup:Observability:Metrics", "false", "--Lineup:Observability:OrleansDashboard", "false");
    }

    /// <summary>
    /// What a picture's own measurements cost, by the best of many short loops: a figure that other programs hardly disturb.
    /// </summary>
    private static void MetersAlone()
    {
        const int Pictures = 20_000;
        const int Loops = 50;
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(InferenceMetrics.MeterName).AddReader(new BaseExportingMetricReader(new Unread())).Build();
        var metrics = new InferenceMetrics(services.GetRequiredService<IMeterFactory>());
        var outcome = new ClassificationOutcome(ClassificationStatus.Ok)
        {
            Times = new(TimeSpan.FromMilliseconds(0.1), TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(4), TimeSpan.FromMilliseconds(6), false),
        };
        var best = Enumerable.Range(0, Loops).Min(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Pictures; i++)
            {
                metrics.Answered("model", "variant", LanePriority.Interactive, outcome);
                metrics.Served("model", "variant", LanePriority.Interactive, TimeSpan.FromMilliseconds(0.2), TimeSpan.FromMilliseconds(7));
            }

            return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Pictures;
        });
        Console.WriteLine($"A picture's own six durations and one count: {best:0.00} us, best of {Loops} loops of {Pictures}.");
    }

    /// <summary>
    /// Pictures that break off after their header go all the way to a lane and are refused there. Without decoding and inference, what
    /// watching costs is a share that can be told from noise.
    /// </summary>
    private static async Task WithoutInferenceAsync(Workload workload, ServerProcess silent, ServerProcess watched, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(workload.Repository, "..", "cut"));
        for (var i = 0; i < workload.Images.Count; i++)
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{i}"), workload.Images[i][..Math.Min(workload.Images[i].Length / 2, CutBytes)], cancellationToken);
        using var wrk = new LoadGenerator(folder.FullName, workload.Images.Count, DeadlineMilliseconds);
        var path = $"/api/models/{workload.Model}/variants/{workload.Variants[0]}/classify";
        var (costs, differences) = (new List<double>(), new List<double>());
        for (var round = 0; round < CutRounds; round++)
        {
            var both = await Task.WhenAll(
                wrk.RunAsync(SilentPort, path, 4, CutRound, [silent], cancellationToken), wrk.RunAsync(WatchedPort, path, 4, CutRound, [watched], cancellationToken));
            var (without, with) = (Microseconds(both[0]), Microseconds(both[1]));
            if (round == 0)
                continue;
            costs.Add(without);
            differences.Add(with - without);
        }

        var ordered = differences.Order().ToList();
        Console.WriteLine(
            $"A request without decoding and inference, both at once: {costs.Order().ElementAt(costs.Count / 2):0} us of CPU silent; watched "
            + $"{ordered[ordered.Count / 2]:+0.0;-0.0} us ({ordered[ordered.Count / 4]:+0.0;-0.0} to {ordered[ordered.Count * 3 / 4]:+0.0;-0.0}).");

        static double Microseconds(Sample sample) => sample.Cpu * Math.Max(sample.Answered, 1) / (sample.Answered + sample.Refused) * 1000;
    }

    private static async Task ScrapeAsync(MetricsReader metrics, ServerProcess server, CancellationToken cancellationToken)
    {
        var (cpu, started, length) = (server.ProcessorTime, Stopwatch.GetTimestamp(), 0);
        for (var i = 0; i < Scrapes; i++)
            length = (await metrics.ReadAsync(cancellationToken)).Length;
        var milliseconds = (server.ProcessorTime - cpu).TotalMilliseconds / Scrapes;
        var share = milliseconds / 1000 / (ScrapeIntervalSeconds * Environment.ProcessorCount);
        Console.WriteLine(
            $"A scrape: {length / 1024} KiB, {Stopwatch.GetElapsedTime(started).TotalMilliseconds / Scrapes:0} ms, {milliseconds:0.0} ms of CPU; "
            + $"every {ScrapeIntervalSeconds:0} s that is {share:P3} of {Environment.ProcessorCount} cores.");
    }

    /// <summary>Watched over silent: median and quartiles of the rounds.</summary>
    private static string Spread(IEnumerable<double> ratios)
    {
        var ordered = ratios.Order().ToList();
        return $"{ordered[ordered.Count / 2]:0.000} ({ordered[ordered.Count / 4]:0.000}-{ordered[ordered.Count * 3 / 4]:0.000})";
    }

    /// <summary>Nobody reads what is measured here; measuring is what counts.</summary>
    private sealed class Unread : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
