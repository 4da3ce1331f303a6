using System.Runtime.CompilerServices;
using Lineup.Frontend.Errors;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Classification;

/// <summary>
/// Puts a model's variants side by side on one picture. They run one after the other: side by side in time they would share the memory
/// bus, and their times would say more about each other than about themselves.
/// </summary>
internal sealed class Comparer(IGrainFactory grains, VariantClassifier classifier, TimeProvider clock)
{
    private const string Original = "original";

    /// <summary>Each variant's answer as it comes. The picture may be used again once every step has said that it is settled.</summary>
    public async IAsyncEnumerable<ComparisonStep> CompareAsync(
        string model, ReadOnlyMemory<byte> image, ClassifyWishes wishes, bool load, TimeSpan receive, [EnumeratorCancellation] CancellationToken aborted)
    {
        var started = clock.GetTimestamp();
        var listing = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ListModels().WaitAsync(wishes.Budget, clock, aborted);
        if (listing.Models.FirstOrDefault(candidate => candidate.Name == model) is not { } known)
        {
            var reason = $"The repository has no model '{model}'. GET /api/models lists what it has.";
            yield return new ComparisonStep.Refused(ApiProblem.For(ClassifyOutcome.NotFound, reason), Settled: true);
            yield break;
        }

        var (taking, skipped) = await ChooseAsync(known, load).WaitAsync(wishes.Budget, clock, aborted);
        foreach (var variant in skipped)
            yield return new ComparisonStep.Skipped(variant, Settled: true);

        ClassifyReply? original = null;
        ClassifyReply? failed = null;
        var answered = false;
        var comparison = Guid.NewGuid();
        foreach (var id in taking)
        {
            var sent = clock.GetTimestamp();
            var left = wishes with { Budget = wishes.Budget - clock.GetElapsedTime(started) };
            var (reply, settled) = await classifier.ClassifyAsync(id, image, left, comparison, aborted);
            if (reply.Outcome == ClassifyOutcome.InvalidImage && !answered)
            {
                // The others would say the same.
                yield return new ComparisonStep.Refused(ApiProblem.For(reply.Outcome, reply.Reason), settled);
                yield break;
            }

            if (reply.Outcome == ClassifyOutcome.Ok)
            {
                answered = true;
                if (id.Variant == Original)
                    original = reply;
                yield return new ComparisonStep.Answered(SetAgainst(original, id.Variant, reply, receive, clock.GetElapsedTime(sent)), settled);
                continue;
            }

            failed = reply;
            skipped.Add(new(id.Variant, reply.Reason ?? reply.Outcome.ToString()));
            yield return new ComparisonStep.Skipped(skipped[^1], settled);
        }

        if (!answered)
        {
            var problem = ApiProblem.For(failed?.Outcome ?? ClassifyOutcome.NotReady, NobodyAnswered(model, failed is not null, skipped), failed?.RetryAfter);
            yield return new ComparisonStep.Refused(problem, Settled: true);
        }
    }

    private async Task<(List<ModelVariantId> Taking, List<SkippedVariant> Skipped)> ChooseAsync(ModelListing model, bool load)
    {
        var statuses = await Task.WhenAll(model.Variants.Select(variant =>
            grains.GetGrain<IVariantReplicasGrain>(variant.Id.ToString()).GetStatus()));
        var taking = statuses.Where(status => load || status.State == VariantState.Ready).Select(status => status.Id).ToList();
        var skipped = statuses
            .Where(status => !taking.Contains(status.Id))
            .Select(status => new SkippedVariant(status.Id.Variant, $"{status.State.ToString().ToLowerInvariant()}{(status.Reason is { } why ? $": {why}" : "")}"))
            .ToList();
        return (taking, skipped);
    }

    private static ComparedVariant SetAgainst(ClassifyReply? original, string variant, ClassifyReply reply, TimeSpan receive, TimeSpan total)
    {
        var reference = original?.Predictions.Select(prediction => prediction.Index).ToArray();
        return new()
        {
            Variant = variant,
            Predictions = PredictionResponse.From(reply.Predictions),
            Timing = TimingResponse.From(reply.Times, receive, total),
            SpeedUp = original is null ? null : Math.Round(original.Times.Inference / reply.Times.Inference, 3),
            AgreesWithOriginal = reference is null ? null : reply.Predictions[0].Index == reference[0],
            SharedTopClasses = reference is null ? null : reply.Predictions.Count(prediction => reference.Contains(prediction.Index)),
            Silo = reply.Silo,
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
