namespace Lineup.Throughput;

/// <summary>How long, how often and at which concurrency to measure.</summary>
internal sealed record MeasurementPlan(TimeSpan Duration, int Rounds, IReadOnlyList<int> Concurrency);

/// <summary>Measures everything in turn, round after round, so that the machine's moods fall on all alike; reports medians and ratios.</summary>
internal static class Comparison
{
    private const int EmbeddedPort = 5301;
    private const int JoinedPort = 5302;
    private const int SiloHttpPort = 5303;
    private const int SiloPort = 15_301;
    private const int GatewayPort = 35_301;
    private const int DeadlineMilliseconds = 1000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(Workload workload, MeasurementPlan plan, CancellationToken cancellationToken)
    {
        Console.WriteLine(
            $"{workload.Model}, {workload.Images.Count} pictures of {workload.Images.Average(image => image.Length) / 1024:0} KiB on average, "
            + $"{Environment.ProcessorCount} cores, {plan.Rounds} rounds of {plan.Duration.TotalSeconds:0} s, deadline {DeadlineMilliseconds} ms\n");

        using var embedded = await ServerProcess.StartAsync("Frontend", EmbeddedPort, workload.Repository, cancellationToken);
        using var silo = await ServerProcess.StartAsync(
            "Silo", SiloHttpPort, workload.Repository, cancellationToken,
            "--Lineup:Silo:SiloPort", $"{SiloPort}", "--Lineup:Silo:GatewayPort", $"{GatewayPort}");
        using var joined = await ServerProcess.StartAsync(
            "Frontend", JoinedPort, workload.Repository, cancellationToken, "--Lineup:Cluster:Gateways:0", $"127.0.0.1:{GatewayPort}");
        using var wrk = new LoadGenerator(workload, DeadlineMilliseconds);

        foreach (var variant in workload.Variants)
        {
            var report = new Report(workload.Model, variant, plan.Concurrency);
            using var bare = new BareLimit(workload.Find(variant), workload.Images);
            var path = $"/api/models/{workload.Model}/variants/{variant}/classify";

            // Not counted: the runtime compiles hot code anew in the background, and under full load that takes it a while.
            await wrk.RunAsync(EmbeddedPort, path, 16, WarmUp, [embedded], cancellationToken);
            await wrk.RunAsync(JoinedPort, path, 16, WarmUp, [joined, silo], cancellationToken);

            for (var round = 0; round < plan.Rounds; round++)
            {
                var cores = Environment.ProcessorCount;
                report.Add(Report.RunOnly, bare.Run(cores, plan.Duration));
                report.Add(Report.BareOneThread, bare.Pipeline(1, plan.Duration));
                foreach (var connections in plan.Concurrency)
                {
                    report.Add(Report.Bare(connections), bare.Pipeline(cores, plan.Duration));
                    report.Add(Report.Embedded(connections), await wrk.RunAsync(EmbeddedPort, path, connections, plan.Duration, [embedded], cancellationToken));
                    report.Add(Report.TwoProcesses(connections), await wrk.RunAsync(JoinedPort, path, connections, plan.Duration, [joined, silo], cancellationToken));
                }
            }

            report.Print();
        }
    }
}
