using Lineup.Frontend.Models;
using Lineup.Frontend.Page.Texts;
using Lineup.GrainInterfaces.Catalog;
using Lineup.ModelRepository.Storage;
using Lineup.Reports.Intervals;

namespace Lineup.Frontend.Page.Measure.Evaluations;

/// <summary>What one variant was measured to be worth, with what follows from it and from the original's.</summary>
public sealed record EvaluationRow
{
    private EvaluationRow(VariantResponse variant, int style) => (Variant, Style) = (variant, style);

    public VariantResponse Variant { get; }

    /// <summary>Number of the variant's colour, the same in all charts of the model.</summary>
    public int Style { get; }

    public bool IsOriginal { get; private init; }

    public string Name => Variant.Name;

    /// <summary>Null where it was not evaluated.</summary>
    public EvaluationListing? Evaluation => Variant.Evaluation;

    /// <summary>What the figures belong to, in one line; null without figures.</summary>
    public string? Conditions => Evaluation is { } evaluation
        ? Texts.Texts.Say(Text.EvaluationConditions, evaluation.Images, evaluation.DataSet, evaluation.Cpu, evaluation.Threads)
        : null;

    public WilsonInterval? Top1Interval => IntervalOf(Evaluation?.Top1);

    /// <summary>Percent of the pictures with the original's best class; null for the original, which agrees with itself.</summary>
    public double? Agreement => IsOriginal ? null : Evaluation?.Agreement;

    public WilsonInterval? AgreementInterval => IntervalOf(Agreement);

    public int? RightToWrong => IsOriginal ? null : Evaluation?.RightToWrong;

    public int? WrongToRight => IsOriginal ? null : Evaluation?.WrongToRight;

    /// <summary>Time that the model ran on all pictures in milliseconds, one after the other.</summary>
    public double? TotalMs => Evaluation is { } evaluation ? evaluation.MeanMs * evaluation.Images : null;

    /// <summary>The original's time over this one's; null unless both were taken under the same conditions.</summary>
    public double? SpeedUp { get; private init; }

    /// <summary>A row for each of the model's variants, in their order.</summary>
    public static IReadOnlyList<EvaluationRow> Of(ModelResponse model)
    {
        // The original comes first where there is one.
        var original = model.Variants.FirstOrDefault(variant => variant.Name == ModelStore.OriginalName);
        return [.. model.Variants.Select((variant, style) => new EvaluationRow(variant, style)
        {
            IsOriginal = ReferenceEquals(variant, original),
            SpeedUp = SpeedUpOver(original?.Evaluation, variant.Evaluation),
        })];
    }

    /// <summary>Whether all that were evaluated saw the same pictures under the same conditions.</summary>
    public static bool AreComparable(IEnumerable<EvaluationRow> rows) => rows
        .Select(row => row.Evaluation)
        .OfType<EvaluationListing>()
        .Select(evaluation => (evaluation.DataSet, evaluation.Images, evaluation.Cpu, evaluation.Threads))
        .Distinct()
        .Count() <= 1;

    private static double? SpeedUpOver(EvaluationListing? original, EvaluationListing? variant) =>
        original is not null && variant is { MeanMs: > 0 } && (original.Cpu, original.Threads) == (variant.Cpu, variant.Threads)
            ? original.MeanMs / variant.MeanMs
            : null;

    private WilsonInterval? IntervalOf(double? percent) =>
        percent is { } known && Evaluation is { Images: > 0 } evaluation ? WilsonInterval.Of(known, evaluation.Images) : null;
}
