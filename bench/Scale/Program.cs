using System.CommandLine;
using Lineup.Cluster.Topologies;
using Lineup.Scale.Measuring;
using Lineup.Scale.Model;
using Lineup.Scale.Simulation;

var costs = new Option<string>("--costs")
{
    Description = "The file of measured costs.",
    DefaultValueFactory = _ => Path.Combine(SourceTree.Root, "bench", "Scale", "costs.json"),
};
var cores = new Option<double>("--cores") { Description = "Cores of a machine.", DefaultValueFactory = _ => new Plant().Cores };
var picture = new Option<double>("--picture-ms") { Description = "Processor time of a picture.", DefaultValueFactory = _ => new Plant().PictureMilliseconds };
var bytes = new Option<double>("--picture-bytes") { Description = "Size of an upload.", DefaultValueFactory = _ => new Plant().PictureBytes };
var network = new Option<double>("--gigabits") { Description = "What a machine's network carries, in Gbit/s.", DefaultValueFactory = _ => 10 };
var table = new Option<double>("--table-refresh") { Description = "Seconds between two looks of a silo at the table of members.", DefaultValueFactory = _ => new Plant().TableRefresh };
var gateways = new Option<double>("--gateway-refresh") { Description = "Seconds between two looks of a frontend at it.", DefaultValueFactory = _ => new Plant().GatewayRefresh };
var output = new Option<string?>("--output") { Description = "Where to write what was measured. Default: it is shown." };
var firstPort = new Option<int>("--first-port") { Description = "The port that all others follow from.", DefaultValueFactory = _ => 25300 };

var model = new Command("model", "What clusters of 1 to 1000 silos ask of what there is one of.") { costs, cores, picture, bytes, network, table, gateways };
model.SetAction(parsed => Console.Write(ModelTable.Write(Build(parsed).Model)));
var simulate = new Command("simulate", "How long a dead silo stays, and how long pictures wait, by simulation.") { costs, cores, picture, bytes, network, table, gateways };
simulate.SetAction(parsed => Console.Write(SimulationTable.Write(Build(parsed).Model, Build(parsed).Plant)));
var measure = new Command("measure", "Measures the costs on this machine. Needs Linux and redis-server.") { output, firstPort };
measure.SetAction(async (parsed, cancellationToken) =>
{
    var measured = (await CostMeasurement.MeasureAsync(parsed.GetValue(firstPort), cancellationToken)).Write();
    if (parsed.GetValue(output) is { } path)
        await File.WriteAllTextAsync(path, measured, cancellationToken);
    Console.Write(measured);
});
return await new RootCommand("How a cluster behaves from 1 to 1000 silos, by a model and a simulation from measured costs.") { model, simulate, measure }.Parse(args).InvokeAsync();

(ClusterModel Model, Plant Plant) Build(ParseResult parsed)
{
    var plant = new Plant
    {
        Cores = parsed.GetValue(cores),
        PictureMilliseconds = parsed.GetValue(picture),
        PictureBytes = parsed.GetValue(bytes),
        NetworkBytes = parsed.GetValue(network) * 1e9 / 8,
        TableRefresh = parsed.GetValue(table),
        GatewayRefresh = parsed.GetValue(gateways),
    };
    return (new(plant, ClusterCosts.Read(parsed.GetValue(costs)!)), plant);
}
