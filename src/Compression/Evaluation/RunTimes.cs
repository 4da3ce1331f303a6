namespace Lineup.Compression.Evaluation;

/// <summary>Times of single-threaded runs on one picture each, without decoding.</summary>
/// <param name="Total">All runs together.</param>
/// <param name="Mean">Time a picture.</param>
/// <param name="Median">Half of the runs took no longer.</param>
/// <param name="P99">99 of 100 runs took no longer.</param>
public sealed record RunTimes(TimeSpan Total, TimeSpan Mean, TimeSpan Median, TimeSpan P99)
{
    /// <summary>Percentiles are nearest ranks: each is the time of a run that took place.</summary>
    internal static RunTimes Of(IEnumerable<TimeSpan> runs)
    {
        var sorted = runs.Order().ToArray();
        var total = TimeSpan.FromTicks(sorted.Sum(run => run.Ticks));
        return new(total, total / sorted.Length, Percentile(50), Percentile(99));

        TimeSpan Percentile(int percent) => sorted[(((sorted.Length * percent) + 99) / 100) - 1];
    }
}
