namespace Lineup.Frontend.Page.Measure.Live;

/// <summary>The last minutes of one variant.</summary>
/// <param name="Spans">Oldest first.</param>
/// <param name="RunMedian">Median inference time of all requests since the variant's grain is active; null where they are too few.</param>
/// <param name="Runs">How many those are.</param>
public sealed record LiveSeries(IReadOnlyList<LiveSpan> Spans, TimeSpan? RunMedian, long Runs)
{
    public static LiveSeries Empty { get; } = new([], null, 0);

    /// <summary>The latest stretch of that length, taken together.</summary>
    public LiveSpan? Last(TimeSpan length, DateTimeOffset now) => LiveSpan.Merge([.. Spans.Where(span => span.To > now - length)]);

    /// <summary>
    /// The same in steps of that width. Steps begin at round times and not at the reader's "now", so that a line keeps its shape while it
    /// moves on.
    /// </summary>
    public IEnumerable<LiveSpan> InSteps(TimeSpan width) => Spans
        .GroupBy(span => (span.To.UtcTicks - 1) / width.Ticks)
        .OrderBy(step => step.Key)
        .Select(step => LiveSpan.Merge([.. step])!);
}
