using System.CommandLine;
using System.Globalization;
using Lineup.Cluster.Running;
using Lineup.Cluster.Topologies;
using Lineup.Failures.Calls;
using Lineup.Failures.Load;

namespace Lineup.Failures.Scaling;

/// <summary>
/// What a second silo is worth: one silo on core 0 against two silos on cores 0 and 1, a lane each, measured in turn. Frontend, store and
/// callers may use both cores. With one silo they have a core of their own; with two they take from the silos, so the picture must cost
/// much more to infer than to carry.
/// </summary>
internal static class CoreScaling
{
    private const int FirstCluster = 0;
    private const int PortsOfACluster = 40;

    public static Command CreateCommand()
    {
        var seconds = new Option<double>("--seconds") { Description = "Length of each measurement.", DefaultValueFactory = _ => 15 };
        var rounds = new Option<int>("--rounds") { Description = "How often both are measured, in turn.", DefaultValueFactory = _ => 4 };
        var models = new Option<string>("--models") { Description = "The folder of models.", DefaultValueFactory = _ => Path.Combine(SourceTree.Root, "models") };
        var model = new Option<string>("--model") { Description = "The model, the heavier the better.", DefaultValueFactory = _ => "resnet-cifar10" };
        var variant = new Option<string>("--variant") { DefaultValueFactory = _ => "original" };
        var firstPort = new Option<int>("--first-port") { Description = "The port that all others follow from.", DefaultValueFactory = _ => 25100 };
        var command = new Command("scaling", "Compares two silos, pinned to a core each, with one silo on one core. Needs redis-server and taskset.")
        {
            seconds, rounds, models, model, variant, firstPort,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(rounds), parsed.GetValue(models)!, parsed.GetValue(model)!,
            parsed.GetValue(variant)!, parsed.GetValue(firstPort), cancellationToken));
        return command;
    }

    private static async Task RunAsync(
        TimeSpan duration, int rounds, string models, string model, string variant, int firstPort, CancellationToken cancellationToken)
    {
        var questions = await KnownAnswers.AskAsync(models, model, [variant], Pictures.Draw(12), cancellationToken);
        var folder = Directory.CreateTempSubdirectory("lineup-scaling-").FullName;
        try
        {
            await using var one = await StartAsync(1, Path.Combine(folder, "one"), models, firstPort + FirstCluster, model, variant, cancellationToken);
            await using var two = await StartAsync(2, Path.Combine(folder, "two"), models, firstPort + PortsOfACluster, model, variant, cancellationToken);
            using var askOne = Caller(one);
            using var askTwo = Caller(two);
            var ratios = new List<double>();
            for (var round = 0; round <= rounds; round++)
            {
                var first = await Capacity.MeasureAsync(askOne, questions, 6, duration, cancellationToken);
                var second = await Capacity.MeasureAsync(askTwo, questions, 6, duration, cancellationToken);

                // The first round warms up what is compiled and cached.
                if (round > 0)
                    ratios.Add(second / first);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{(round == 0 ? "warm-up" : $"round {round}")}: one silo {first:0.0}/s, two silos {second:0.0}/s, ratio {second / first:0.000}"));
            }

            ratios.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"two silos against one: median {Median(ratios):0.000} times, from {ratios[0]:0.000} to {ratios[^1]:0.000}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Median(List<double> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;

    private static Caller Caller(ClusterRun run) => new([run["frontend1"].Address!], TimeSpan.FromSeconds(30));

    private static async Task<ClusterRun> StartAsync(
        int silos, string folder, string models, int firstPort, string model, string variant, CancellationToken cancellationToken)
    {
        string[] names = [.. Enumerable.Range(1, silos).Select(number => $"silo{number}")];
        var run = await ClusterRun.StartAsync(
            new()
            {
                Folder = folder,
                FirstPort = firstPort,
                Only = ["redis", .. names, "frontend1"],
                SharedModels = models,
                Settings = [("silo", "Lineup:Lanes:Count", "1"), ("silo", "Lineup:Repository:Shared", "true")],
                Cores = names.Index().ToDictionary(silo => silo.Item, silo => $"{silo.Index}"),
                Tell = Console.Error.WriteLine,
            },
            cancellationToken);
        using var http = new HttpClient { BaseAddress = run["frontend1"].Address! };
        http.DefaultRequestHeaders.Add("X-Api-Key", run.OperatorKey);
        var path = $"/api/models/{model}/variants/{variant}";
        using var replicas = await http.PutAsync(new Uri($"{path}/replicas?count={silos}", UriKind.Relative), null, cancellationToken);
        replicas.EnsureSuccessStatusCode();
        using var load = await http.PostAsync(new Uri($"{path}/load", UriKind.Relative), null, cancellationToken);
        load.EnsureSuccessStatusCode();
        return run;
    }
}
