using System.CommandLine;
using System.Globalization;
using Lineup.Compression.Onnx;
using Lineup.Compression.Pictures;
using Lineup.ModelRepository.Storage;
using Lineup.Training;
using Lineup.Training.Data;
using Lineup.Training.Recipes;
using Lineup.Training.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Lineup.Cli.Commands;

/// <summary><c>lineup train --recipe JSON --data ZIP|DIR</c>: makes a model from nothing.</summary>
internal sealed class TrainCommand
{
    private readonly RepositoryArguments _repository = new();
    private readonly Option<string> _recipe = new("--recipe") { Description = "The recipe: a JSON file, as in models/recipes.", HelpName = "JSON", Required = true };

    private readonly Option<string> _data = new("--data")
    {
        Description = "The pictures: a folder or zip of train/<class>/<picture> and test/<class>/<picture>, or CIFAR-10's binary release (.tar.gz).",
        HelpName = "ZIP|DIR",
        Required = true,
    };

    private readonly Option<string?> _model = new("--model") { Description = "Name of the model. Default: the recipe's.", HelpName = "NAME" };
    private readonly RunArguments _run = new();
    private readonly Option<bool> _force = new("--force") { Description = "Replace a model of that name with all its variants, and a run that could be resumed." };

    public static Command Create()
    {
        var train = new TrainCommand();
        var command = new Command("train", "Make a model from nothing, as a recipe says.") { train._recipe, train._data, train._model, train._force };
        train._run.AddTo(command);
        train._repository.AddRepositoryTo(command);
        command.SetAction(train.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var services = _repository.CreateServices(parsed);
        return await RunArguments.RunAsync(() => TrainAsync(services.GetRequiredService<ModelStore>(), parsed, cancellationToken));
    }

    private async Task<int> TrainAsync(ModelStore store, ParseResult parsed, CancellationToken cancellationToken)
    {
        var recipe = RecipeFile.Read(parsed.GetValue(_recipe)!);
        if (_run.Epochs(parsed) is { } epochs)
            recipe = recipe with { Epochs = epochs };
        var (name, force) = (parsed.GetValue(_model) ?? recipe.Name, parsed.GetValue(_force));
        var installer = new ModelInstaller(store);
        if (installer.Refusal(name, force) is { } refusal)
            throw new TrainingException(refusal);

        var options = _run.Options(parsed, name, force);
        IReadOnlyList<ClassLabel> labels = [.. recipe.Data.Classes.Select(label => new ClassLabel(null, label))];
        using var data = await RunDisplay.OpenAsync(_run.Data(parsed, parsed.GetValue(_data)!, recipe.Input, labels), cancellationToken);
        var run = new RecipeRun(recipe, options, TimeProvider.System);
        var trained = await RunDisplay.ShowAsync(name, progress => run.TrainAsync(data, progress, cancellationToken));
        if (trained.Last is { } last)
            RunDisplay.Show(name, last);
        if (trained.Model is null)
        {
            await Console.Error.WriteLineAsync($"lineup: the time is over; the same command with --resume goes on from {options.Folder}");
            return ExitCode.Ok;
        }

        await installer.InstallAsync(name, recipe, trained, data.Name, options.Folder, force, cancellationToken);
        await Console.Error.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"{name}/original: {trained.Weights} weights, in {store.ModelPath(name)}"));
        return ExitCode.Ok;
    }
}
