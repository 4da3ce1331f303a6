using System.CommandLine;
using Lineup.Cluster.Topologies;
using Lineup.Failures;
using Lineup.Failures.Scaling;

var faults = new Option<string[]>("--faults")
{
    Description = $"Which to try, of: {string.Join(", ", FailureRun.All.Select(fault => fault.Name))}. Default: all.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [],
};
var seconds = new Option<double>("--seconds") { Description = "How long there is load for each.", DefaultValueFactory = _ => 120 };
var share = new Option<double>("--share") { Description = "Share of the capacity that is asked for.", DefaultValueFactory = _ => 0.6 };
var rate = new Option<double?>("--rate") { Description = "Requests a second, instead of a share of the capacity." };
var deadline = new Option<double>("--deadline") { Description = "Seconds that each call allows.", DefaultValueFactory = _ => 10 };
var replicas = new Option<int>("--replicas") { Description = "Replicas of each variant.", DefaultValueFactory = _ => 2 };
var store = new Option<StoreKind>("--store") { Description = "Where membership and state are kept.", DefaultValueFactory = _ => StoreKind.Redis };
var haveModels = new Option<bool>("--have-models") { Description = "Give every silo the models from the start, instead of letting the last one fetch them." };
var folder = new Option<string?>("--folder") { Description = "Where data and logs stay. Default: a folder that is deleted." };
var firstPort = new Option<int?>("--first-port") { Description = "The port that all others follow from." };

var root = new RootCommand("Lets things go wrong in a cluster under steady load, and says what became of every request. Needs Linux and redis-server, or PostgreSQL.")
{
    faults, seconds, share, rate, deadline, replicas, store, haveModels, folder, firstPort,
};
root.SetAction(async (parsed, cancellationToken) =>
{
    var results = await new FailureRun(new()
    {
        Faults = parsed.GetValue(faults)!,
        Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
        Share = parsed.GetValue(share),
        Rate = parsed.GetValue(rate),
        Deadline = TimeSpan.FromSeconds(parsed.GetValue(deadline)),
        Replicas = parsed.GetValue(replicas),
        HaveModels = parsed.GetValue(haveModels),
        Store = parsed.GetValue(store),
        Folder = parsed.GetValue(folder),
        FirstPort = parsed.GetValue(firstPort),
        Tell = line => Console.Error.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss} {line}"),
    }).RunAsync(cancellationToken);
    Console.Write(FailureTable.Write(results));
    return results.Any(result => result.Load is { Wrong: > 0 }) ? 1 : 0;
});
root.Subcommands.Add(CoreScaling.CreateCommand());
return await root.Parse(args).InvokeAsync();
