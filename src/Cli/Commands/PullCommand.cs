using System.CommandLine;
using Lineup.ModelRepository.Pulling;
using Microsoft.Extensions.DependencyInjection;

namespace Lineup.Cli.Commands;

/// <summary><c>lineup pull MODEL...</c>: brings models from a catalog into the repository.</summary>
internal sealed class PullCommand
{
    private readonly RepositoryArguments _repository = new();
    private readonly Argument<string[]> _models = new("model")
    {
        Description = "Names of models in the catalog.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Fetch the original again and replace it even if it is there. Other variants stay.",
    };

    public static Command Create()
    {
        var pull = new PullCommand();
        var command = new Command("pull", "Bring models from a catalog into the repository.") { pull._models, pull._force };
        pull._repository.AddTo(command);
        command.SetAction(pull.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var services = _repository.CreateServices(parsed);
        var loaded = await RepositoryArguments.LoadCatalogAsync(services, cancellationToken);
        if (!loaded.Succeeded)
        {
            await Console.Error.WriteLineAsync($"lineup: {loaded.Message}");
            return ExitCode.Failed;
        }

        var puller = services.GetRequiredService<ModelPuller>();
        var options = new PullOptions { Force = parsed.GetValue(_force) };
        var exitCode = ExitCode.Ok;

        // One after the other: they share the line, and one bad name does not stop the rest.
        foreach (var model in parsed.GetValue(_models)!.Distinct())
        {
            var result = await PullDisplay.ShowAsync(
                model, progress => puller.PullAsync(loaded.Catalog, model, options, progress, cancellationToken));
            foreach (var warning in result.Warnings)
                await Console.Error.WriteLineAsync($"lineup: warning: {warning}");
            if (result.Succeeded)
            {
                var folder = Path.GetRelativePath(Environment.CurrentDirectory, result.Folder!);
                await Console.Out.WriteLineAsync($"{result.Message}, in {folder}");
                continue;
            }

            await Console.Error.WriteLineAsync($"lineup: {result.Message}");
            exitCode = ExitCode.Failed;
        }

        return exitCode;
    }
}
