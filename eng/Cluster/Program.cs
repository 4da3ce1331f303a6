using System.CommandLine;
using Lineup.Cluster.Running;
using Lineup.Cluster.Topologies;

namespace Lineup.Cluster;

/// <summary>Starts the cluster of deploy/topology.json as processes on this machine, until Ctrl-C.</summary>
public static class Program
{
    public static Task<int> Main(string[] args)
    {
        var store = new Option<StoreKind>("--store") { Description = "Where membership and state are kept.", DefaultValueFactory = _ => StoreKind.Redis };
        var folder = new Option<string>("--folder")
        {
            Description = "Folder for data, logs and secrets. It is used again by the next run.",
            DefaultValueFactory = _ => Path.Combine(SourceTree.Root, "artifacts", "cluster"),
        };
        var firstPort = new Option<int?>("--first-port") { Description = "The port that all others follow from, instead of the usual ones." };
        var only = new Option<string[]>("--only") { Description = "Names of the services to start; the others are taken to be there.", AllowMultipleArgumentsPerToken = true };
        var models = new Option<string?>("--models") { Description = "A folder of models that all silos share, instead of one each." };

        var root = new RootCommand("Starts the cluster of deploy/topology.json as processes on this machine, until Ctrl-C.") { store, folder, firstPort, only, models };
        root.SetAction((parsed, cancellationToken) => RunAsync(
            new()
            {
                Folder = parsed.GetValue(folder)!,
                Store = parsed.GetValue(store),
                FirstPort = parsed.GetValue(firstPort),
                Only = parsed.GetValue(only) is { Length: > 0 } names ? names : null,
                SharedModels = parsed.GetValue(models) is { } path ? Path.GetFullPath(path) : null,
                Tell = Console.WriteLine,
            },
            cancellationToken));

        // Stopping lets accepted requests end, so it may take a while.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(5) });
    }

    private static async Task<int> RunAsync(ClusterRunOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var run = await ClusterRun.StartAsync(options, cancellationToken);
            Console.WriteLine($"All run. Data, logs and secrets are in {options.Folder}. Ctrl-C stops them.");
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Console.WriteLine("Stopping.");
            return 0;
        }
        catch (ServiceException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 1;
        }
    }
}
