using System.Net.ServerSentEvents;
using Lineup.Frontend.Errors;

namespace Lineup.Frontend.Classification;

/// <summary>
/// Answers with a comparison: as one JSON object, or, to callers who accept text/event-stream, variant by variant as they answer. A
/// stream begins with the first answer, so that a comparison nobody can answer has the same status and problem either way.
/// </summary>
internal sealed class ComparisonAnswer(string model, TimeSpan receive, IAsyncEnumerable<ComparisonStep> steps)
{
    public const string Stream = "text/event-stream";

    private readonly List<ComparedVariant> _variants = [];
    private readonly List<SkippedVariant> _skipped = [];

    /// <summary>True once the answer is written and no silo reads the picture any more.</summary>
    public bool IsSettled { get; private set; } = true;

    public static bool IsStreamWanted(HttpRequest request) =>
        request.Headers.Accept.Any(accepted => accepted?.Contains(Stream, StringComparison.OrdinalIgnoreCase) == true);

    public async Task WriteAsync(HttpContext context, bool asStream)
    {
        await using var remaining = steps.GetAsyncEnumerator(context.RequestAborted);
        while (await MoveNextAsync(remaining))
        {
            if (remaining.Current is ComparisonStep.Refused refused)
            {
                await refused.Problem.ToResult().ExecuteAsync(context);
                return;
            }

            if (asStream && _variants.Count > 0)
            {
                await TypedResults.ServerSentEvents(EventsAsync(remaining)).ExecuteAsync(context);
                return;
            }
        }

        await TypedResults.Ok(Whole()).ExecuteAsync(context);
    }

    private async IAsyncEnumerable<SseItem<object>> EventsAsync(IAsyncEnumerator<ComparisonStep> remaining)
    {
        foreach (var skipped in _skipped)
            yield return new(skipped, "skipped");
        yield return new(_variants[0], "variant");
        while (await MoveNextAsync(remaining))
            yield return remaining.Current is ComparisonStep.Answered ? new(_variants[^1], "variant") : new SseItem<object>(_skipped[^1], "skipped");
        yield return new(Whole(), "end");
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<ComparisonStep> remaining)
    {
        if (!await remaining.MoveNextAsync())
            return false;
        IsSettled &= remaining.Current.Settled;
        if (remaining.Current is ComparisonStep.Answered answered)
            _variants.Add(answered.Variant);
        else if (remaining.Current is ComparisonStep.Skipped skipped)
            _skipped.Add(skipped.Variant);
        return true;
    }

    private ComparisonResponse Whole() => new()
    {
        Model = model,
        ReceiveMs = Math.Round(receive.TotalMilliseconds, 3),
        Variants = _variants,
        Skipped = _skipped,
    };
}
