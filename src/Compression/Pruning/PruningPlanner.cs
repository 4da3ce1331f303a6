using System.Globalization;

namespace Lineup.Compression.Pruning;

/// <summary>Says what will be done, from the graph alone.</summary>
internal static class PruningPlanner
{
    public static PruningPlan Plan(LayerSet layers, PruningOptions options, int pictures) =>
        new(options, [.. layers.Choices.Select(choice => Plan(layers, choice, options))], [.. Steps(options, pictures)]);

    private static PlannedLayer Plan(LayerSet layers, LayerChoice choice, PruningOptions options)
    {
        var treatment = choice.Treatment;
        double? share = treatment == LayerTreatment.Pruned ? null : 0;
        var why = choice.Why;
        if (options.Method == PruningMethod.Magnitude)
        {
            share = treatment == LayerTreatment.Untouched ? 0 : options.Sparsity;
            (treatment, why) = treatment == LayerTreatment.Untouched ? (treatment, why) : (LayerTreatment.Pruned, "by magnitude all layers are alike");
        }
        else if (options.Structure == PruningStructure.Channels)
        {
            if (treatment != LayerTreatment.Untouched)
                (treatment, share, why) = (LayerTreatment.Pruned, null, "it loses outputs and inputs as its neighbours do, and is fitted anew");
        }
        else if (choice.Layer is { } layer && layer == layers.Classifier)
        {
            share = options.ClassifierSparsity;
        }

        return new(
            choice.Layer?.Name ?? choice.Node.Name, LayerSet.Describe(choice.Node), choice.Node.Input(1)?.Constant?.ElementCount ?? 0,
            treatment, share, why);
    }

    private static IEnumerable<string> Steps(PruningOptions options, int pictures)
    {
        if (options.Method == PruningMethod.Magnitude)
        {
            yield return "The smallest weights of each layer become zero; the pictures are not looked at.";
            yield break;
        }

        var views = options.ExtraViews ? $"{pictures} pictures, each also mirrored and squashed" : $"{pictures} pictures";
        yield return $"Survey the original on {views}: what removing weights costs each layer, and what that costs the answers.";
        if (options.Structure == PruningStructure.Channels)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Remove channels until there are {options.MultiplyAddReduction:P0} fewer multiply-adds, those first that cost least for what they save.");
            yield return "Fit the smaller model layer after layer, on what it computes up to it.";
            yield break;
        }

        yield return "Share the removals among the layers without a target of their own, so that all together become as sparse as asked.";
        yield return "Prune and fit layer after layer, on what the pruned model computes up to it.";
    }
}
