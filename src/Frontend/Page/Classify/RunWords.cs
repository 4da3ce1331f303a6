using Lineup.Frontend.Classification;
using Lineup.Frontend.Models;
using Lineup.Frontend.Page.Texts;
using Lineup.GrainInterfaces.Variants;
using static Lineup.Frontend.Page.Texts.Texts;

namespace Lineup.Frontend.Page.Classify;

/// <summary>Says in one sentence what a picture is, and what it waits for.</summary>
internal static class RunWords
{
    /// <summary>The outcome so far; there is an answer.</summary>
    public static string Verdict(PictureRun run)
    {
        var best = run.Answers[0].Predictions[0].Label;
        if (run.Choice.Variant is { } alone)
            return Say(Text.VerdictAlone, alone, best);
        if (run.Original is not { } original)
            return Text.VerdictNoOriginal;
        best = original.Predictions[0].Label;
        var others = run.Answers.Where(answer => answer != original).ToList();
        return others.Count(answer => answer.AgreesWithOriginal == true) switch
        {
            _ when others.Count == 0 => Say(Text.VerdictAlone, original.Variant, best),
            var all when all == others.Count => Say(others.Count == 1 ? Text.VerdictBoth : Text.VerdictAll, others.Count, best),
            0 => Say(Text.VerdictNone, best),
            var some => Say(Text.VerdictSome, some, others.Count, best),
        };
    }

    /// <summary>What it waits for; empty once it waits no more.</summary>
    public static string Status(PictureRun run, ModelResponse? model) => run.Stage switch
    {
        RunStage.Waiting => Text.RunWaiting,
        RunStage.Sending when run.Sent > 0 => Say(Text.RunSending, $"{run.Sent * 100:0} %"),
        RunStage.Sending or RunStage.Answering => Awaited(run, model) is { } next
            ? Say(next.State switch
            {
                VariantState.Loading => Text.RunLoading,
                VariantState.Warming => Text.RunWarming,
                _ => Text.RunAnsweringFrom,
            }, next.Name)
            : Text.RunAnswering,
        _ => "",
    };

    /// <summary>The variants that are yet to answer, in the order in which they are asked.</summary>
    public static IEnumerable<VariantResponse> Outstanding(PictureRun run, ModelResponse? model) => (model?.Variants ?? [])
        .Where(variant => run.Answers.All(answer => answer.Variant != variant.Name) && run.Skipped.All(skipped => skipped.Variant != variant.Name));

    private static VariantResponse? Awaited(PictureRun run, ModelResponse? model) => run.Choice.Variant is { } variant
        ? model?.Variants.FirstOrDefault(candidate => candidate.Name == variant)
        : Outstanding(run, model).FirstOrDefault();
}
