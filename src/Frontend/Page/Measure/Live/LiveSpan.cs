using Lineup.GrainInterfaces.Statistics;

namespace Lineup.Frontend.Page.Measure.Live;

/// <summary>What one variant did in a stretch of time.</summary>
public sealed record LiveSpan
{
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>How much of the time in between was looked at: less than all of it where nobody watched for a while.</summary>
    public required TimeSpan Covered { get; init; }

    /// <summary>Pictures turned away because too many waited.</summary>
    public required long Refused { get; init; }

    /// <summary>Requests that ended neither with an answer nor as <see cref="Refused"/>.</summary>
    public required long Failed { get; init; }

    /// <summary>Time on the silo of the answered requests. Shared: never to be recorded into.</summary>
    public required LatencyHistogram Total { get; init; }

    /// <summary>What the answered requests waited for a lane, all together.</summary>
    public required TimeSpan Queue { get; init; }

    /// <summary>What decoding took, all together. A picture that another variant had decoded costs nothing here.</summary>
    public required TimeSpan Decode { get; init; }

    /// <summary>What inference took, all together.</summary>
    public required TimeSpan Inference { get; init; }

    public long Answered => Total.Count;

    /// <summary>Answered requests a second; null where nothing was looked at.</summary>
    public double? Rate => Covered > TimeSpan.Zero ? Answered / Covered.TotalSeconds : null;

    /// <summary>
    /// The duration that a share of the answered requests does not exceed; null where they are too few to know: at least one of them has
    /// to be expected beyond it, so that a 99th percentile takes a hundred.
    /// </summary>
    public TimeSpan? Quantile(double share) => Total.Count * (1 - share) >= 1 - 1e-9 ? Total.Quantile(share) : null;

    /// <summary>Several stretches as one; null if there are none.</summary>
    public static LiveSpan? Merge(IReadOnlyCollection<LiveSpan> spans)
    {
        if (spans.Count == 0)
            return null;
        var total = new LatencyHistogram();
        foreach (var span in spans)
            total.Add(span.Total);
        return new()
        {
            From = spans.Min(span => span.From),
            To = spans.Max(span => span.To),
            Covered = Sum(span => span.Covered),
            Refused = spans.Sum(span => span.Refused),
            Failed = spans.Sum(span => span.Failed),
            Total = total,
            Queue = Sum(span => span.Queue),
            Decode = Sum(span => span.Decode),
            Inference = Sum(span => span.Inference),
        };

        TimeSpan Sum(Func<LiveSpan, TimeSpan> time) => spans.Aggregate(TimeSpan.Zero, (sum, span) => sum + time(span));
    }
}
