using System.CommandLine;
using Lineup.Cli;
using Lineup.Cli.Commands;

var root = new RootCommand("Lineup: image classifiers and their variants, side by side.")
{
    PullCommand.Create(),
    ListCommand.Create(),
    CompressCommand.Create(),
    EvaluateCommand.Create(),
    TrainCommand.Create(),
    RetrainCommand.Create(),
    ClusterCommand.Create(),
    PackCommand.Create(),
    UnpackCommand.Create(),
    KeysCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count == 0)
{
    // Time for a command to clean up after Ctrl-C: after it the process is ended as it is, and hidden files stay.
    var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
    return await ExitCode.GuardAsync(() => parsed.InvokeAsync(configuration));
}

foreach (var error in parsed.Errors)
    await Console.Error.WriteLineAsync($"lineup: {error.Message}");
var command = parsed.CommandResult.Command;
await Console.Error.WriteLineAsync($"Try '{(command is RootCommand ? "lineup" : $"lineup {command.Name}")} --help'.");
return ExitCode.Usage;
