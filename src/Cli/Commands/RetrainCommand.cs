using System.CommandLine;
using System.Globalization;
using Lineup.Compression.Onnx;
using Lineup.Compression.Pictures;
using Lineup.ModelRepository.Storage;
using Lineup.Training;
using Lineup.Training.Data;
using Lineup.Training.Retraining;
using Microsoft.Extensions.DependencyInjection;

namespace Lineup.Cli.Commands;

/// <summary><c>lineup retrain MODEL/VARIANT --data ZIP|DIR</c>: wins back what compression cost.</summary>
internal sealed class RetrainCommand
{
    private readonly RepositoryArguments _repository = new();
    private readonly RunArguments _run = new();
    private readonly Argument<string> _variant = new("variant") { Description = "MODEL/VARIANT in the repository, such as mobilenetv2/pruned." };

    private readonly Option<string> _data = new("--data")
    {
        Description = "A folder or zip of pictures, <class>/<picture>; with --distill any pictures like those the model will see. What lies under test/ is not learned from.",
        HelpName = "ZIP|DIR",
        Required = true,
    };

    private readonly Option<bool> _distill = new("--distill") { Description = "Learn what the original says of the pictures; labels are not needed." };

    private readonly Option<double> _temperature = new("--temperature")
    {
        Description = "Of distillation: above 1 the original's second thoughts count for more. Default: 1.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> _batch = new("--batch") { Description = "Pictures of a step. Default: 32.", HelpName = "N" };
    private readonly Option<double?> _rate = new("--rate") { Description = "Greatest learning rate, of AdamW. Default: 0.0002." };
    private readonly Option<string?> _name = new("--name") { Description = "Name of the new variant. Default: the variant's with -retrained after it.", HelpName = "NAME" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace a variant of that name that was not retrained, and a run that could be resumed." };

    public static Command Create()
    {
        var retrain = new RetrainCommand();
        var command = new Command("retrain", "Train a variant further, keeping its zeros, to win back what compression cost.")
        {
            retrain._variant,
            retrain._data,
            retrain._distill,
            retrain._temperature,
            retrain._batch,
            retrain._rate,
            retrain._name,
            retrain._force,
        };
        retrain._run.AddTo(command);
        retrain._repository.AddRepositoryTo(command);
        command.SetAction(retrain.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var services = _repository.CreateServices(parsed);
        return await RunArguments.RunAsync(() => RetrainAsync(services.GetRequiredService<ModelStore>(), parsed, cancellationToken));
    }

    private async Task<int> RetrainAsync(ModelStore store, ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = Options(store, parsed);
        var problems = options.Problems().ToList();
        if (problems.Count > 0)
            throw new TrainingException(string.Join("; ", problems));

        var name = $"{options.Model.Manifest.Name}/{options.Variant}";
        var run = _run.Options(parsed, $"{options.Model.Manifest.Name}-{options.Variant}", options.Force);
        using var data = await RunDisplay.OpenAsync(_run.Data(parsed, parsed.GetValue(_data)!, options.Model.Manifest.Input, Labels(options)), cancellationToken);
        var retrainer = new Retrainer(store, options, run, TimeProvider.System);
        var retrained = await RunDisplay.ShowAsync(name, progress => retrainer.RetrainAsync(data, progress, cancellationToken));
        if (retrained.Last is { } last)
            RunDisplay.Show(name, last);
        await Console.Error.WriteLineAsync(retrained.Name is { } made
            ? string.Create(CultureInfo.InvariantCulture, $"{options.Model.Manifest.Name}/{made}: {100 * retrained.Sparsity:0.00} % zeros, as before")
            : $"lineup: the time is over; the same command with --resume goes on from {run.Folder}");
        return ExitCode.Ok;
    }

    private RetrainOptions Options(ModelStore store, ParseResult parsed)
    {
        var (model, variant) = parsed.GetValue(_variant)!.Split('/') is [var first, var second]
            ? (first, second)
            : throw new TrainingException($"'{parsed.GetValue(_variant)}' names no variant: write MODEL/VARIANT, such as mobilenetv2/pruned");
        var usual = new RetrainOptions { Model = null!, Variant = variant };
        return new()
        {
            Model = store.Scan().Models.FirstOrDefault(stored => stored.Manifest.Name == model)
                ?? throw new TrainingException(store.Find(model, variant).Reason ?? $"model '{model}' cannot be read"),
            Variant = variant,
            Name = parsed.GetValue(_name),
            Distill = parsed.GetValue(_distill),
            Temperature = parsed.GetValue(_temperature),
            Epochs = _run.Epochs(parsed) ?? usual.Epochs,
            Batch = parsed.GetValue(_batch) ?? usual.Batch,
            Rate = parsed.GetValue(_rate) ?? usual.Rate,
            Force = parsed.GetValue(_force),
        };
    }

    /// <summary>None for distillation: all pictures are good then, wherever they lie.</summary>
    private static IReadOnlyList<ClassLabel>? Labels(RetrainOptions options) => options.Distill ? null
        : options.Model.Variants[0].LabelsPath is { } path ? ClassLabels.Load(path)
        : throw new TrainingException($"model '{options.Model.Manifest.Name}' has no labels to sort pictures by: add labels to its model.json, or say --distill");
}
