using System.CommandLine;
using Lineup.RunSpeed;

var original = new Argument<FileInfo>("original") { Description = "The ONNX file that the others are held against." };
var variants = new Option<FileInfo[]>("--variant")
{
    Description = "ONNX files of the same model.",
    Required = true,
    AllowMultipleArgumentsPerToken = true,
};
var side = new Option<int>("--side") { Description = "Side of the input in pixels.", DefaultValueFactory = _ => 224 };
var rounds = new Option<int>("--rounds") { Description = "How often every file is measured, in turn.", DefaultValueFactory = _ => 20 };
var milliseconds = new Option<int>("--milliseconds") { Description = "Length of each measurement.", DefaultValueFactory = _ => 300 };

var command = new RootCommand(
    "Measures bare Run of variants of a model against its original, in sessions set up as in service, alternating in one run: on one "
    + "thread, and on all cores with a run on each.")
{
    original, variants, side, rounds, milliseconds,
};
command.SetAction(arguments =>
{
    FileInfo[] files = [arguments.GetValue(original)!, .. arguments.GetValue(variants)!];
    var duration = TimeSpan.FromMilliseconds(arguments.GetValue(milliseconds));
    foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        AlternatingRuns.Measure(files, arguments.GetValue(side), threads, arguments.GetValue(rounds), duration);
});
return await command.Parse(args).InvokeAsync();
