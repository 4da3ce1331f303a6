using Lineup.Frontend.Errors;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Classification;

/// <summary>
/// Puts a model's variants side by side on one picture. They run one after the other: side by side in time they would share the memory
/// bus, and their times would say more about each other than about themselves.
/// </summary>
internal sealed class Comparer(IGrainFactory grains, VariantClassifier classifier, TimeProvider clock)
{
    private const string Original = "original";

    /// <returns>The response, and whether the picture's memory may be used again.</returns>
    public async Task<(IResult Response, bool Settled)> CompareAsync(
        string model, ReadOnlyMemory<byte> image, int top, TimeSpan budget, bool load, TimeSpan receive, CancellationToken aborted)
    {
        var started = clock.GetTimestamp();
        var listing = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ListModels().WaitAsync(budget, clock, aborted);
        if (listing.Models.FirstOrDefault(candidate => candidate.Name == model) is not { } known)
            return (ApiProblem.For(ClassifyOutcome.NotFound, $"The repository has no model '{model}'. GET /api/models lists what it has.").ToResult(), true);

        var (taking, skipped) = await ChooseAsync(known, load).WaitAsync(budget, clock, aborted);
        ClassifyReply? failed = null;
        var answers = new List<(string Variant, ClassifyReply Reply, TimeSpan Total)>();
        var comparison = Guid.NewGuid();
        var settled = true;
        foreach (var id in taking)
        {
            var sent = clock.GetTimestamp();
            var (reply, isSettled) = await classifier.ClassifyAsync(id, image, top, budget - clock.GetElapsedTime(started), comparison, aborted);
            settled &= isSettled;
            if (reply.Outcome == ClassifyOutcome.InvalidImage)
                return (ApiProblem.For(reply.Outcome, reply.Reason).ToResult(), settled);
            if (reply.Outcome == ClassifyOutcome.Ok)
                answers.Add((id.Variant, reply, clock.GetElapsedTime(sent)));
            else
            {
                skipped.Add(new(id.Variant, reply.Reason ?? reply.Outcome.ToString()));
                failed = reply;
            }
        }

        return answers.Count > 0
            ? (TypedResults.Ok(Arrange(model, answers, skipped, receive)), settled)
            : (ApiProblem.For(failed?.Outcome ?? ClassifyOutcome.NotReady, NobodyAnswered(model, failed is not null, skipped), failed?.RetryAfter).ToResult(), settled);
    }

    private async Task<(List<ModelVariantId> Taking, List<SkippedVariant> Skipped)> ChooseAsync(ModelListing model, bool load)
    {
        var statuses = await Task.WhenAll(model.Variants.Select(variant =>
            grains.GetGrain<IModelVariantGrain>(variant.Id.ToString()).GetStatus()));
        var taking = statuses.Where(status => load || status.State == VariantState.Ready).Select(status => status.Id).ToList();
        var skipped = statuses
            .Where(status => !taking.Contains(status.Id))
            .Select(status => new SkippedVariant(status.Id.Variant, $"{status.State.ToString().ToLowerInvariant()}{(status.Reason is { } why ? $": {why}" : "")}"))
            .ToList();
        return (taking, skipped);
    }

    private static ComparisonResponse Arrange(
        string model, List<(string Variant, ClassifyReply Reply, TimeSpan Total)> answers, List<SkippedVariant> skipped, TimeSpan receive)
    {
        var original = answers.FirstOrDefault(answer => answer.Variant == Original).Reply;
        var reference = original?.Predictions.Select(prediction => prediction.Index).ToArray();
        return new()
        {
            Model = model,
            ReceiveMs = Math.Round(receive.TotalMilliseconds, 3),
            Skipped = skipped,
            Variants = answers.ConvertAll(answer => new ComparedVariant
            {
                Variant = answer.Variant,
                Predictions = PredictionResponse.From(answer.Reply.Predictions),
                Timing = TimingResponse.From(answer.Reply.Times, receive, answer.Total),
                SpeedUp = original is null ? null : Math.Round(original.Times.Inference / answer.Reply.Times.Inference, 3),
                AgreesWithOriginal = reference is null ? null : answer.Reply.Predictions[0].Index == reference[0],
                SharedTopClasses = reference is null ? null : answer.Reply.Predictions.Count(prediction => reference.Contains(prediction.Index)),
                Silo = answer.Reply.Silo,
            }),
        };
    }

    private static string NobodyAnswered(string model, bool wereAsked, List<SkippedVariant> skipped)
    {
        var reasons = string.Join("; ", skipped.Select(variant => $"{variant.Variant}: {variant.Reason}"));
        return wereAsked
            ? $"No variant of {model} could answer ({reasons})."
            : $"No variant of {model} is ready ({reasons}). Add load=true, or load one first.";
    }
}
