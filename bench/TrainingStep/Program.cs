using System.CommandLine;
using Lineup.Compression.Onnx;
using Lineup.Training.Steps;
using Lineup.TrainingStep;

var model = new Argument<FileInfo>("model") { Description = "The ONNX file of a classifier." };
var batch = new Option<int>("--batch") { Description = "Pictures of a step.", DefaultValueFactory = _ => 16 };
var rounds = new Option<int>("--rounds") { Description = "Steps and forward passes that are measured, in turn.", DefaultValueFactory = _ => 15 };
var threads = new Option<int>("--threads") { Description = "Threads of each.", DefaultValueFactory = _ => Environment.ProcessorCount };
var spin = new Option<bool>("--spin") { Description = "Let waiting threads keep their cores busy, in both." };
var freeze = new Option<bool>("--freeze-normalization") { Description = "Normalise by the statistics the model came with." };
var profile = new Option<bool>("--profile") { Description = "Say afterwards, from steps of their own, what takes the time." };

var command = new RootCommand(
    "Measures a training step of a model (forward, backward, update by momentum) against its forward pass as in service, alternating in one "
    + "run. The pictures are noise and the learning rate is zero, so that every step does the same.")
{
    model, batch, rounds, threads, spin, freeze, profile,
};
command.SetAction(arguments =>
{
    var options = new TrainingOptions { Batch = arguments.GetValue(batch), FreezeNormalization = arguments.GetValue(freeze) };
    var read = OnnxReader.Read(arguments.GetValue(model)!.FullName);
    var graph = TrainingGraph.Build(read, options);
    var session = new TrainingSessionOptions { Threads = arguments.GetValue(threads), Spin = arguments.GetValue(spin) };
    StepAgainstForward.Measure(read, graph, session, arguments.GetValue(rounds));
    if (arguments.GetValue(profile))
        StepProfile.Print(graph, session);
});
return await command.Parse(args).InvokeAsync();
