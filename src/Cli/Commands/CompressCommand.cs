using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Lineup.Cli.Remote;
using Lineup.Compression.Building;
using Lineup.Compression.HalfPrecision;
using Lineup.Compression.Pictures;
using Lineup.Compression.Pruning;
using Lineup.Compression.Quantization;
using Lineup.Inference.Imaging;
using Lineup.ModelRepository;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Lineup.Cli.Commands;

/// <summary><c>lineup compress MODEL --variants fp16,int8 --calibration ZIP|DIR</c>: makes cheaper variants of a model.</summary>
internal sealed class CompressCommand
{
    private readonly RepositoryArguments _repository = new();
    private readonly ServerArguments _server = new();
    private readonly Argument<string> _model = new("model") { Description = "Name of a model in the repository." };

    private readonly Option<string[]> _variants = new("--variants")
    {
        Description = $"What to make, with commas between: {string.Join(", ", VariantRecipes.Names)}.",
        HelpName = "A,B",
        Required = true,
        CustomParser = List,
    };

    private readonly Option<string[]> _calibration = new("--calibration")
    {
        Description = "A folder or zip of pictures like those the model will see, or several; labels are not needed. int8 and pruning need it, fp16 is verified on it.",
        HelpName = "ZIP|DIR",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int?> _limit = NumberOptions.Positive("--count", "Most pictures to take, spread over the set. Default: all.");

    private readonly Option<HalfPrecisionMode> _compute = new("--compute")
    {
        Description = "fp32 stores half-precision weights that are computed in float32; fp16 computes in half precision, for GPUs. Default: fp32.",
        HelpName = "fp32|fp16",
        CustomParser = result =>
        {
            switch (result.Tokens is [var token] ? token.Value : "")
            {
                case "fp16": return HalfPrecisionMode.Compute;
                case "fp32": return HalfPrecisionMode.Storage;
                default:
                    result.AddError("--compute must be fp32 or fp16.");
                    return default;
            }
        },
    };

    private readonly Option<RangeMethod?> _range = new("--range")
    {
        Description = "How int8 chooses activation ranges. Default: tries all and takes the one that diverges least.",
    };

    private readonly Option<bool> _reducedRange = new("--reduce-range")
    {
        Description = "Keep int8 weights within -63..63, for x86 processors without VNNI, where products may saturate.",
    };

    private readonly Option<double> _sparsity = new("--sparsity")
    {
        Description = "Share of the weights that pruning removes. Default: 0.5; another one becomes part of the variant's name, as in pruned-60.",
        DefaultValueFactory = _ => new PruningOptions().Sparsity,
    };

    private readonly Option<int> _weightSteps = new("--weight-steps")
    {
        Description = "Steps from zero to the largest weight that pruned-int8 rounds to in pruned layers, 7 to 127: fewer compress better. Default: 24.",
        HelpName = "N",
        DefaultValueFactory = _ => new PruningOptions().WeightSteps,
    };

    private readonly Option<double> _multiplyAdds = new("--multiply-adds")
    {
        Description = "Share of the multiply-adds that pruned-channels removes. Default: 0.3.",
        DefaultValueFactory = _ => new PruningOptions().MultiplyAddReduction,
    };

    private readonly Option<PruningMethod> _pruning = new("--pruning")
    {
        Description = "How weights are pruned: reconstruct fits what remains to the original; magnitude does not, for comparison. Default: reconstruct.",
    };

    private readonly Option<double?> _floor = new("--floor")
    {
        Description = "Least share of held-out pictures on which a variant must agree with the original to be kept, 0 to 1. Default: by kind, 0.4 to 0.9.",
    };

    private readonly Option<bool> _sensitivity = new("--sensitivity") { Description = "Measure for each layer what leaving it in float would gain, and list them." };

    private readonly Option<string[]> _keepFloat = new("--keep-float")
    {
        Description = "Layers that int8 leaves in float, with commas between; --sensitivity tells which are worth it.",
        HelpName = "A,B",
        CustomParser = List,
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Print the plan and make nothing. int8 runs the calibration pictures for it; pruning tells what it will do to which layer.",
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Keep a variant that fails its verification, and replace one that was not made by Lineup.",
    };

    public static Command Create()
    {
        var compress = new CompressCommand();
        var command = new Command("compress", "Make cheaper variants of a model: half precision, int8, pruned.")
        {
            compress._model,
            compress._variants,
            compress._calibration,
            compress._limit,
            compress._compute,
            compress._range,
            compress._reducedRange,
            compress._sparsity,
            compress._weightSteps,
            compress._multiplyAdds,
            compress._pruning,
            compress._floor,
            compress._sensitivity,
            compress._keepFloat,
            compress._dryRun,
            compress._force,
        };
        compress._repository.AddRepositoryTo(command);
        compress._server.AddTo(command);
        compress._floor.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var floor) && floor is not (>= 0 and <= 1))
                result.AddError("--floor must be 0 to 1.");
        });
        command.SetAction(compress.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var services = _repository.CreateServices(parsed);
        using var server = _server.Connect(parsed);
        try
        {
            if (server is not null)
            {
                var job = await CompressAsync(server, parsed, cancellationToken);
                RemoteTables.Compressed(job);
                if (parsed.GetValue(_sensitivity) && !parsed.GetValue(_dryRun))
                {
                    foreach (var line in await server.ReadPlanAsync(job, cancellationToken))
                        Console.Out.WriteLine(line);
                }

                return ExitCode.Ok;
            }

            await CompressAsync(services.GetRequiredService<ModelStore>(), parsed, cancellationToken);
            return ExitCode.Ok;
        }
        catch (Exception error) when (error is BuildException or PictureSetException or RemoteException)
        {
            await Console.Error.WriteLineAsync($"lineup: {error.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failed;
        }
    }

    private Task<JsonElement> CompressAsync(RemoteJobs server, ParseResult parsed, CancellationToken cancellationToken)
    {
        var query = _server.Query(
            parsed, ("variants", _variants), ("count", _limit), ("compute", _compute), ("range", _range), ("reducedRange", _reducedRange),
            ("sparsity", _sparsity), ("weightSteps", _weightSteps), ("multiplyAdds", _multiplyAdds), ("pruning", _pruning), ("floor", _floor),
            ("sensitivity", _sensitivity), ("keepFloat", _keepFloat), ("dryRun", _dryRun), ("force", _force));
        return parsed.GetValue(_calibration) is { Length: > 1 }
            ? throw new RemoteException("a server takes one set of pictures: put them into one folder or archive")
            : server.RunAsync(parsed.GetValue(_model)!, "compress", query, parsed.GetValue(_calibration)?.FirstOrDefault(), cancellationToken);
    }

    private async Task CompressAsync(ModelStore store, ParseResult parsed, CancellationToken cancellationToken)
    {
        var name = parsed.GetValue(_model)!;
        var model = store.Scan().Models.FirstOrDefault(model => model.Manifest.Name == name)
            ?? throw new BuildException(store.Find(name, ModelStore.OriginalName).Reason ?? $"model '{name}' cannot be read");
        using var pictures = parsed.GetValue(_calibration) is { Length: > 0 } places ? PictureSet.Open(places, new ImageOptions()) : null;
        var request = new BuildRequest
        {
            Model = model,
            Variants = parsed.GetValue(_variants)!,
            Calibration = pictures,
            CalibrationLimit = parsed.GetValue(_limit),
            HalfPrecision = new() { Mode = parsed.GetValue(_compute) },
            Quantization = new()
            {
                Range = parsed.GetValue(_range),
                ReducedRange = parsed.GetValue(_reducedRange),
                Sensitivity = parsed.GetValue(_sensitivity),
                KeepFloat = parsed.GetValue(_keepFloat) ?? [],
            },
            Pruning = new()
            {
                Sparsity = parsed.GetValue(_sparsity),
                WeightSteps = parsed.GetValue(_weightSteps),
                MultiplyAddReduction = parsed.GetValue(_multiplyAdds),
                Method = parsed.GetValue(_pruning),
            },
            Floor = parsed.GetValue(_floor),
            Force = parsed.GetValue(_force),
        };

        if (parsed.GetValue(_dryRun))
        {
            ShowPlans(await ProgressDisplay.ShowAsync<BuildProgress, IReadOnlyList<VariantPlan>>(
                value => Step(name, value), progress => VariantPlanner.PlanAsync(request, progress, cancellationToken)));
            return;
        }

        foreach (var problem in Leftovers.Clear(store))
            Console.Error.WriteLine($"lineup: warning: what a former process left cannot be removed: {problem}");
        var builder = new VariantBuilder(store, TimeProvider.System);
        var built = await ProgressDisplay.ShowAsync<BuildProgress, IReadOnlyList<BuiltVariant>>(
            value => Step(name, value), progress => builder.BuildAsync(request, progress, cancellationToken));
        Show(name, request, built);
    }

    private static ProgressStep Step(string model, BuildProgress value) => new($"{model}/{value.Variant} {value.Stage}", value.Done, value.Total);

    private static string[] List(ArgumentResult result) =>
        [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static void ShowPlans(IReadOnlyList<VariantPlan> plans)
    {
        foreach (var plan in plans)
        {
            foreach (var line in plan.Lines)
                Console.Out.WriteLine($"{plan.Name}: {line}");
        }

        Console.Error.WriteLine("dry run: nothing was made");
    }

    private static void Show(string model, BuildRequest request, IReadOnlyList<BuiltVariant> built)
    {
        var original = request.Model.Variants[0].FileBytes;
        Tables.Write(
            model,
            ["variant", "size", "of original", "compressed", "packed", "agreement", "divergence", "seconds"],
            [.. built.Select(variant => new[]
            {
                variant.Name,
                ByteSize.Format(variant.Bytes),
                $"{100d * variant.Bytes / original:0.0} %",
                ByteSize.Format(variant.CompressedBytes),
                ByteSize.Format(variant.PackedBytes),
                variant.HeldOut is { } held ? $"{100 * held.Agreement:0.0} %" : "not verified",
                variant.HeldOut is { } known ? $"{known.Kl:0.0000}" : "",
                $"{variant.Elapsed.TotalSeconds:0.0}",
            })]);
        foreach (var variant in built)
        {
            foreach (var line in variant.Steps)
                Console.Error.WriteLine($"{variant.Name}: {line}");
            if (variant.Complaint is { } complaint)
                Console.Error.WriteLine($"lineup: warning: {variant.Name} was kept by force although {complaint}");
            if (request.Quantization.Sensitivity)
            {
                foreach (var line in variant.Plan)
                    Console.Out.WriteLine($"{variant.Name}: {line}");
            }
        }

        if (built is [{ Unreadable: { Count: > 0 } unreadable }, ..])
        {
            Console.Error.WriteLine($"lineup: warning: {unreadable.Count} calibration pictures cannot be read and were left out:");
            foreach (var picture in unreadable)
                Console.Error.WriteLine($"  {picture.Path}: {picture.Reason}");
        }
    }
}
