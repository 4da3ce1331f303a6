using System.Globalization;
using Lineup.Compression.Calibration;
using Lineup.Compression.HalfPrecision;
using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Building;

/// <summary>A model made by a recipe, before it has been verified.</summary>
internal sealed record Draft(OnnxModel Model, string Precision, IReadOnlyList<string> Steps, IReadOnlyList<string> Plan)
{
    /// <summary>Share of the weights that are zero by pruning; null where it was not pruned.</summary>
    public double? Sparsity { get; init; }
}

/// <summary>What a recipe works with.</summary>
internal sealed record RecipeContext(
    BuildRequest Request, OnnxModel Original, CalibrationPictures? Pictures, SharedPruner Pruner, Action<string, int, int> Report,
    CancellationToken CancellationToken)
{
    public ModelOutput Output => Request.Model.Manifest.Output;
}

/// <summary>The pruner of one build: what it finds out about the layers takes a minute, and several variants may begin with it.</summary>
internal sealed class SharedPruner
{
    private Pruner? _pruner;
    private Draft? _channels;

    public Pruner Get(RecipeContext context) =>
        _pruner ??= new(context.Original, context.Pictures!, context.Output, context.Request.Pruning);

    /// <summary>The model with fewer channels, which is the same for all variants that begin with it.</summary>
    public Draft Channels(Func<Draft> make) => _channels ??= make();
}

/// <summary>How one kind of variant is made from the canonical original.</summary>
/// <param name="Name">The variant's name.</param>
/// <param name="NeedsPictures">Whether it cannot be made without calibration pictures.</param>
/// <param name="Floor">Share of held-out pictures on which it must agree with its parent: far below what a sound one reaches, far above a broken one.</param>
/// <param name="Make">Makes it.</param>
/// <param name="Plan">Says what <paramref name="Make"/> would do, as far as that can be known without doing it.</param>
internal sealed record Recipe(
    string Name, bool NeedsPictures, double Floor, Func<RecipeContext, Draft> Make, Func<RecipeContext, IReadOnlyList<string>> Plan);

/// <summary>The kinds of variants that can be made.</summary>
public static class VariantRecipes
{
    private const string ChannelsName = "pruned-channels";

    private static readonly Recipe[] All =
    [
        new("fp16", false, 0.9, Fp16, PlanFp16),
        new("int8", true, 0.6, context => Int8Recipe.Make(context, context.Original), Int8Recipe.Plan),
        new(
            "pruned", true, 0.5,
            context => Prune(context, context.Pruner.Get(context), context.Request.Pruning, null),
            context => PlanPruning(context, context.Request.Pruning)),
        new("pruned-int8", true, 0.5, PrunedInt8, context => PlanPrunedInt8(context, context.Request.Pruning)),
        new(ChannelsName, true, 0.4, PrunedChannels, context => PlanPruning(context, Channels(context))),
        new($"{ChannelsName}-int8", true, 0.4, PrunedChannelsInt8, context => PlanPrunedInt8(context, Channels(context))),
    ];

    /// <summary>Names of all recipes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(recipe => recipe.Name)];

    /// <summary>Those of these names whose recipe cannot do without calibration pictures.</summary>
    public static IEnumerable<string> NeedingPictures(IEnumerable<string> names) =>
        names.Where(name => Array.Exists(All, recipe => recipe.Name == name && recipe.NeedsPictures));

    internal static Recipe Find(string name) => All.FirstOrDefault(recipe => recipe.Name == name)
        ?? throw new BuildException($"there is no recipe '{name}': choose from {string.Join(", ", Names)}");

    /// <summary>
    /// What a variant of this recipe is called: the recipe's name, in which pruning says what it was told to do other than usual, as in
    /// pruned-60-int8, pruned-magnitude or pruned-channels-50.
    /// </summary>
    internal static string NameOf(Recipe recipe, PruningOptions options)
    {
        var usual = new PruningOptions();
        if (recipe.Name.StartsWith(ChannelsName, StringComparison.Ordinal))
        {
            return options.MultiplyAddReduction == usual.MultiplyAddReduction ? recipe.Name : string.Create(
                CultureInfo.InvariantCulture,
                $"{ChannelsName}-{100 * options.MultiplyAddReduction:0.##}{recipe.Name[ChannelsName.Length..]}");
        }

        if (!recipe.Name.StartsWith("pruned", StringComparison.Ordinal))
            return recipe.Name;
        var name = "pruned";
        if (options.Sparsity != usual.Sparsity)
            name += string.Create(CultureInfo.InvariantCulture, $"-{100 * options.Sparsity:0.##}");
        if (options.Method != PruningMethod.Reconstruct)
            name += $"-{Word(options.Method)}";
        return name + recipe.Name["pruned".Length..];
    }

    private static Draft Fp16(RecipeContext context)
    {
        var result = HalfPrecisionCompressor.Compress(context.Original, context.Request.HalfPrecision);
        return new(result.Model, "fp16", [Summary(result.Plan)], [.. Describe(result.Plan)]);
    }

    private static string Summary(HalfPrecisionPlan plan)
    {
        var what = plan.Mode == HalfPrecisionMode.Storage
            ? $"fp16 storage: {plan.Converted.Count()} tensors"
            : $"fp16 compute: {plan.Nodes.Count(node => node.Converts)} of {plan.Nodes.Count} nodes";
        return $"{what}, {plan.Clamped} weights clamped, {plan.Flushed} flushed to zero";
    }

    private static IEnumerable<string> Describe(HalfPrecisionPlan plan) =>
        plan.Tensors.Select(tensor => $"{tensor.Name}: {(tensor.Converts ? "fp16" : "fp32")}, {tensor.Reason}")
            .Concat(plan.Nodes.Select(node => $"{node.Node}: {(node.Converts ? "fp16" : "fp32")}, {node.Reason}"));

    private static string[] PlanFp16(RecipeContext context)
    {
        var plan = HalfPrecisionCompressor.Plan(context.Original, context.Request.HalfPrecision);
        return [Summary(plan), .. Describe(plan)];
    }

    private static PruningOptions Channels(RecipeContext context) => context.Request.Pruning with { Structure = PruningStructure.Channels };

    private static string[] PlanPruning(RecipeContext context, PruningOptions options) =>
        new Pruner(context.Original, context.Pictures!, context.Output, options).Plan().ToString().Split(Environment.NewLine);

    private static string[] PlanPrunedInt8(RecipeContext context, PruningOptions options) =>
    [
        .. PlanPruning(context, options),
        "Quantize what is left as int8 is; its ranges and scales depend on it, and so are not known before.",
    ];

    private static Draft PrunedChannels(RecipeContext context) => context.Pruner.Channels(() =>
    {
        var options = Channels(context);
        return Prune(context, new(context.Original, context.Pictures!, context.Output, options), options, null);
    });

    private static Draft PrunedChannelsInt8(RecipeContext context)
    {
        var pruned = PrunedChannels(context);
        var quantized = Int8Recipe.Make(context, pruned.Model);
        return quantized with { Steps = [.. pruned.Steps, .. quantized.Steps], Plan = [.. pruned.Plan, .. quantized.Plan] };
    }

    private static Draft Prune(RecipeContext context, Pruner pruner, PruningOptions options, int? weightSteps)
    {
        var report = new Relay<PruningProgress>(value => context.Report(value.Stage, value.Done, value.Total));
        var result = pruner.Run(report, context.CancellationToken, weightSteps);
        var what = result.MultiplyAdds is { } work
            ? $"channels pruned by {Word(options.Method)} to {100d * work.After / work.Before:0.0} % of the multiply-adds"
            : $"pruned by {Word(options.Method)} to {100 * result.Sparsity:0.0} % zeros";
        var step = what + (options.ExtraViews && options.Method == PruningMethod.Reconstruct ? ", with a second view of each picture" : "");
        var plan = result.Layers.Select(layer =>
            $"{layer.Node}: {Word(layer.Treatment)}, {100 * layer.Sparsity:0.0} % of {layer.Weights} weights zero"
            + $"{(layer.Error is { } error ? $", misses {100 * error:0.00} % of the output's variance" : "")}: {layer.Why}");
        return new(result.Model, "fp32", result.Sharing is { } sharing ? [step, sharing] : [step], [.. plan, .. result.Notes])
        {
            Sparsity = options.Structure == PruningStructure.Weights ? Math.Round(result.Sparsity, 4) : null,
        };
    }

    private static Draft PrunedInt8(RecipeContext context)
    {
        var options = context.Request.Pruning;
        var steps = Math.Min(options.WeightSteps, context.Request.Quantization.LargestWeight);
        var pruned = Prune(context, context.Pruner.Get(context), options, steps);
        var quantized = Int8Recipe.Make(context, pruned.Model);
        return quantized with
        {
            Steps =
            [
                .. pruned.Steps,
                .. options.Method == PruningMethod.Reconstruct ? [$"weights of pruned layers on grids of {steps} steps to each side"] : Array.Empty<string>(),
                .. quantized.Steps,
            ],
            Plan = [.. pruned.Plan, .. quantized.Plan],
            Sparsity = pruned.Sparsity,
        };
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
