using Lineup.Cluster.Running;
using Lineup.Cluster.Topologies;
using Lineup.Failures.Calls;
using Lineup.Failures.Load;

namespace Lineup.Scale.Measuring;

/// <summary>What a picture costs frontends, and silos that only pass it on.</summary>
internal static class PictureCost
{
    private const string Model = "resnet-cifar10";
    private const int Callers = 6;

    private static readonly string[] Variants = ["original", "fp16", "int8", "pruned", "pruned-int8"];
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(6);

    /// <returns>Microseconds of a frontend, and of a silo that forwards. Every variant is asked by itself; the median is taken.</returns>
    public static async Task<(double Frontend, double Forward)> MeasureAsync(ClusterRun run, CancellationToken cancellationToken)
    {
        var frontend = run["frontend2"];
        var silos = run.Services.Where(service => service.Description.Kind == ServiceKind.Silo).ToList();
        var pictures = Pictures.Draw(12, side: 640);
        var models = Path.Combine(SourceTree.Root, "models");
        using var first = new Caller([run["frontend1"].Address!], TimeSpan.FromSeconds(30));
        using var caller = new Caller([frontend.Address!], TimeSpan.FromSeconds(30));
        var (frontends, forwards) = (new List<double>(), new List<double>());
        foreach (var variant in Variants)
        {
            var questions = await KnownAnswers.AskAsync(models, Model, [variant], pictures, cancellationToken);

            // A variant's grain may be activated where the first request for it came in, so that comes in elsewhere.
            await first.AskAsync(questions[0], cancellationToken);
            await Capacity.MeasureAsync(caller, questions, Callers, Each, cancellationToken);
            var idle = await IdleAsync(run, silos, cancellationToken);
            var times = ProcessorTimes.Now(run);
            var rate = await Capacity.MeasureAsync(caller, questions, Callers, Each, cancellationToken);
            var host = (await caller.AskAsync(questions[0], cancellationToken)).Silo;
            frontends.Add(times.PerSecond(frontend) / rate);

            // A client has one gateway for a grain: either one other silo passes everything on, or none does.
            var passed = silos.Where(silo => silo.Name != host).Max(silo => (times.PerSecond(silo) - idle[silo.Name]) / rate);
            if (passed > frontends[^1] / 10)
                forwards.Add(passed);
            Console.Error.WriteLine($"{variant} on {host}: {rate:0} a second, frontend {frontends[^1]:0} us, passed on {passed:0} us");
        }

        return forwards.Count > 0
            ? (Median(frontends), Median(forwards))
            : throw new InvalidOperationException("No variant was reached through another silo; try again, with silos started anew.");
    }

    private static async Task<Dictionary<string, double>> IdleAsync(ClusterRun run, List<RunningService> silos, CancellationToken cancellationToken)
    {
        var times = ProcessorTimes.Now(run);
        await Task.Delay(Each, cancellationToken);
        return silos.ToDictionary(silo => silo.Name, times.PerSecond);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
