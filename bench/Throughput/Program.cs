using System.CommandLine;
using Lineup.Throughput;

var catalog = new Option<FileInfo>("--catalog")
{
    Description = "The catalog that holds the model.",
    DefaultValueFactory = _ => new(Environment.GetEnvironmentVariable("LINEUP_CATALOG") ?? "models/catalog.json"),
};
var model = new Option<string>("--model") { Description = "The model's name in the catalog.", DefaultValueFactory = _ => "mobilenetv2" };
var quantized = new Option<FileInfo?>("--quantized") { Description = "An int8 ONNX file of the same model, measured beside the original." };
var images = new Option<FileSystemInfo>("--images") { Description = "A zip or folder of pictures.", Required = true };
var count = new Option<int>("--count") { Description = "How many of them to use.", DefaultValueFactory = _ => 100 };
var seconds = new Option<int>("--seconds") { Description = "Length of each measurement.", DefaultValueFactory = _ => 5 };
var rounds = new Option<int>("--rounds") { Description = "How often everything is measured, in turn.", DefaultValueFactory = _ => 3 };
var concurrency = new Option<int[]>("--concurrency")
{
    Description = "Connections of the load generator.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [1, 4, 16, 64],
};

FileSystemInfo? pictures = null;
Option[] all = [catalog, model, quantized, images, count, seconds, rounds, concurrency];
var serving = Measure(
    new RootCommand(
        "Measures what serving costs: the bare limit of this machine, a frontend with its embedded silo, and a frontend and a silo as two "
        + "processes, alternating in one run. Needs wrk on the path."),
    Comparison.RunAsync);
serving.Subcommands.Add(Measure(
    new Command("threads", "Measures what sessions with two threads a run give a lone request, and cost under load."),
    (workload, plan, _) =>
    {
        LoneRequest.Run(workload, plan);
        return Task.CompletedTask;
    }));
serving.Subcommands.Add(Measure(
    new Command("decode", "Measures reading pictures, from bytes to tensor."),
    (workload, plan, _) =>
    {
        Decoding.Run(workload, plan);
        return Task.CompletedTask;
    }));
serving.Subcommands.Add(Measure(
    new Command("metrics", "Measures what meters, scrapes and Orleans' dashboard cost, and whether histograms say what the load generator saw. Needs wrk."),
    Instrumentation.RunAsync));
serving.Subcommands.Add(Measure(
    new Command("jobs", "Measures what a job in the silo costs those who are served meanwhile. Needs wrk on the path."),
    (workload, plan, cancellationToken) => JobCost.RunAsync(workload, plan, pictures!, cancellationToken)));
serving.Subcommands.Add(Measure(
    new Command("priority", "Measures what a flood of bulk requests costs those that people wait for. Needs wrk on the path."),
    (workload, plan, cancellationToken) => BulkFlood.RunAsync(workload, plan, cancellationToken)));
return await serving.Parse(args).InvokeAsync();

Command Measure(Command command, Func<Workload, MeasurementPlan, CancellationToken, Task> run)
{
    foreach (var option in all)
        command.Options.Add(option);
    command.SetAction(async (arguments, cancellationToken) =>
    {
        using var workload = await Workload.PrepareAsync(
            arguments.GetValue(catalog)!,
            arguments.GetValue(model)!,
            arguments.GetValue(quantized),
            arguments.GetValue(images)!,
            arguments.GetValue(count),
            cancellationToken);
        var plan = new MeasurementPlan(
            TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetValue(rounds), arguments.GetValue(concurrency)!);
        pictures = arguments.GetValue(images);
        await run(workload, plan, cancellationToken);
    });
    return command;
}
