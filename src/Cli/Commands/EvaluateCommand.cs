using System.CommandLine;
using System.Globalization;
using Lineup.Cli.Remote;
using Lineup.Compression.Evaluation;
using Lineup.Compression.Evaluation.Reports;
using Lineup.Compression.Pictures;
using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Lineup.Cli.Commands;

/// <summary><c>lineup evaluate MODEL --data ZIP|DIR</c>: what each variant of a model costs and gives up, on labelled pictures.</summary>
internal sealed class EvaluateCommand
{
    private readonly RepositoryArguments _repository = new();
    private readonly ServerArguments _server = new();
    private readonly Argument<string> _model = new("model") { Description = "Name of a model in the repository." };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "A folder or zip archive of labelled pictures, <wnid or class>/<picture>.",
        HelpName = "ZIP|DIR",
    };

    private readonly Option<string[]> _variants = new("--variants")
    {
        Description = "The variants to evaluate, with commas between them. The original always is, for comparison. Default: all.",
        HelpName = "A,B",
        CustomParser = result => [.. result.Tokens.SelectMany(token =>
            token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
    };

    private readonly Option<int?> _count = NumberOptions.Positive("--count", "How many pictures, the same ones every time. Default: all.");

    private readonly Option<bool> _cropOnly = new("--crop-only")
    {
        Description = "Cut the centre out without scaling, for pictures that were scaled before. Default: as model.json says.",
    };

    private readonly Option<int?> _resize = NumberOptions.Positive("--resize", "Scale the shorter side to so many pixels, then cut the centre out.");

    private readonly Option<int?> _threads = NumberOptions.Positive(
        "--threads", "Pictures worked on at once. Default: as many as there are cores. With 1, times are those of a lone run.");

    private readonly Option<string?> _output = new("--output")
    {
        Description = "A folder for evaluation.json, .csv, .md and .svg.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _noSave = new("--no-save") { Description = "Leave the results out of the variants' variant.json." };

    public static Command Create()
    {
        var evaluate = new EvaluateCommand();
        var command = new Command("evaluate", "Show what each variant of a model costs and gives up, on labelled pictures.")
        {
            evaluate._model,
            evaluate._data,
            evaluate._variants,
            evaluate._count,
            evaluate._cropOnly,
            evaluate._resize,
            evaluate._threads,
            evaluate._output,
            evaluate._noSave,
        };
        evaluate._repository.AddRepositoryTo(command);
        evaluate._server.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(evaluate._cropOnly) && result.GetResult(evaluate._resize) is { Implicit: false })
                result.AddError("--crop-only and --resize exclude each other: give one of them.");
            if ((result.GetResult(evaluate._data) is { Implicit: false }) == evaluate._server.NamesDataSet(result))
                result.AddError("Say which pictures: --data, or --data-set on a server.");
        });
        command.SetAction(evaluate.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var services = _repository.CreateServices(parsed);
        using var server = _server.Connect(parsed);
        try
        {
            if (server is not null)
                return await EvaluateAsync(server, parsed, cancellationToken);
            return await EvaluateAsync(services.GetRequiredService<ModelStore>(), parsed, cancellationToken);
        }
        catch (Exception error) when (error is EvaluationException or PictureSetException or RemoteException)
        {
            await Console.Error.WriteLineAsync($"lineup: {error.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failed;
        }
    }

    private async Task<int> EvaluateAsync(RemoteJobs server, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetResult(_threads) is { Implicit: false })
            throw new RemoteException("--threads is for evaluations here: a server uses the threads that its jobs have");
        var query = _server.Query(parsed, ("variants", _variants), ("count", _count), ("cropOnly", _cropOnly), ("resize", _resize));
        var job = await server.RunAsync(
            parsed.GetValue(_model)!, "evaluate", parsed.GetValue(_noSave) ? [.. query, ("save", "false")] : query, parsed.GetValue(_data), cancellationToken);
        RemoteTables.Evaluated(job);
        var report = job.GetProperty("result").GetProperty("evaluation");
        if (parsed.GetValue(_output) is { } folder)
        {
            // The other forms are made from what only the server has.
            var path = Path.Combine(Directory.CreateDirectory(folder).FullName, "evaluation.json");
            await AtomicFile.WriteJsonAsync(path, report, cancellationToken);
            await Console.Error.WriteLineAsync($"written: {path}");
        }

        return report.GetProperty("failures").GetArrayLength() == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private async Task<int> EvaluateAsync(ModelStore store, ParseResult parsed, CancellationToken cancellationToken)
    {
        var model = FindModel(store, parsed.GetValue(_model)!);
        var limits = new ImageOptions();
        using var pictures = PictureSet.Open(parsed.GetValue(_data)!, limits);
        var request = new EvaluationRequest
        {
            Model = model,
            Pictures = pictures,
            Variants = parsed.GetValue(_variants) is { Length: > 0 } names ? names : null,
            Count = parsed.GetValue(_count),
            Geometry = parsed.GetValue(_cropOnly) ? EvaluationGeometry.CropOnly
                : parsed.GetValue(_resize) is { } side ? EvaluationGeometry.Resize(side)
                : null,
            Threads = parsed.GetValue(_threads) ?? Environment.ProcessorCount,
        };

        var evaluator = new Evaluator(limits, TimeProvider.System);
        var report = await ProgressDisplay.ShowAsync<EvaluationProgress, EvaluationReport>(
            value => new($"{model.Manifest.Name} {Verb(value.Stage)}", value.Done, value.Total),
            progress => evaluator.EvaluateAsync(request, progress, cancellationToken));

        await ShowAsync(report);
        if (!parsed.GetValue(_noSave))
            await EvaluationRecords.SaveAsync(model, report, cancellationToken);
        if (parsed.GetValue(_output) is { } folder)
        {
            var files = await EvaluationFiles.WriteAsync(report, folder, cancellationToken);
            await Console.Error.WriteLineAsync($"written: {string.Join(", ", files)}");
        }

        return report.Failures.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static string Verb(EvaluationStage stage) => stage switch
    {
        EvaluationStage.Measuring => "measuring files",
        EvaluationStage.Loading => "loading",
        _ => "evaluating",
    };

    private static StoredModel FindModel(ModelStore store, string name)
    {
        var snapshot = store.Scan();
        var problems = snapshot.Problems.Where(problem => problem.Folder.StartsWith($"{name}/", StringComparison.Ordinal));
        foreach (var problem in problems)
            Console.Error.WriteLine($"lineup: warning: {problem.Folder}: {problem.Reason}");
        return snapshot.Models.FirstOrDefault(model => model.Manifest.Name == name)
            ?? throw new EvaluationException(store.Find(name, ModelStore.OriginalName).Reason ?? $"model '{name}' cannot be read");
    }

    private static async Task ShowAsync(EvaluationReport report)
    {
        Tables.Write(EvaluationTable.Title(report), [.. EvaluationTable.Columns], EvaluationTable.Rows(report));
        foreach (var failure in report.Failures)
            await Console.Error.WriteLineAsync($"lineup: {report.Model}/{failure.Variant} was not evaluated: {failure.Reason}");
        foreach (var warning in report.Warnings)
            await Console.Error.WriteLineAsync($"lineup: warning: {warning}");
        await WarnAsync(
            report.Unreadable.Count,
            "pictures cannot be read and do not count",
            report.Unreadable.Select(picture => $"{picture.Path}: {picture.Reason}"));
        await WarnAsync(
            report.UnknownClasses.Sum(folder => folder.Pictures),
            "pictures do not count, because their folders are called like no class of the model",
            report.UnknownClasses.Select(folder => $"'{folder.Folder}' ({folder.Pictures})"));
    }

    /// <summary>Names the first few; all of them are in the files that --output asks for.</summary>
    private static async Task WarnAsync(int count, string what, IEnumerable<string> names)
    {
        const int shown = 5;
        var all = names.ToList();
        if (all.Count == 0)
            return;
        await Console.Error.WriteLineAsync($"lineup: warning: {count} {what}:");
        foreach (var name in all.Take(shown))
            await Console.Error.WriteLineAsync($"  {name}");
        if (all.Count > shown)
            await Console.Error.WriteLineAsync($"  and {all.Count - shown} more; --output writes them all");
    }
}
