using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Page.Measure.Live;

/// <summary>
/// Makes of statistics that only grow what happened between two looks at them, and keeps that for <see cref="Window"/>: some 200 KiB a
/// variant at most. Not thread-safe.
/// </summary>
internal sealed class LiveTracker
{
    /// <summary>How far back it remembers.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Looks that lie farther apart say nothing about when something happened: the line has a gap there.</summary>
    public static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(15);

    private readonly Dictionary<ModelVariantId, Track> _tracks = [];

    /// <param name="variant">Whose statistics they are.</param>
    /// <param name="at">When they were read.</param>
    /// <param name="statistics">A copy that nobody changes.</param>
    public void Observe(ModelVariantId variant, DateTimeOffset at, VariantStatistics statistics)
    {
        if (!_tracks.TryGetValue(variant, out var track))
            _tracks[variant] = track = new();
        else if (at > track.At && at - track.At <= LongestStep)
            track.Spans.Enqueue(Between(track, at, statistics));
        (track.At, track.Latest) = (at, statistics);
    }

    /// <summary>Forgets what is too old, and tells the rest.</summary>
    public LiveSnapshot Snapshot(DateTimeOffset now)
    {
        foreach (var (variant, track) in _tracks.ToList())
        {
            while (track.Spans.TryPeek(out var oldest) && oldest.To <= now - Window)
                track.Spans.Dequeue();

            // Deleted, or its silo has been silent for all that time.
            if (track.At <= now - Window)
                _tracks.Remove(variant);
        }

        return new(now, _tracks.ToDictionary(track => track.Key, track => track.Value.ToSeries()));
    }

    private static LiveSpan Between(Track before, DateTimeOffset at, VariantStatistics now)
    {
        // A grain that has moved or was activated anew begins at nothing.
        var earlier = now.Total.Count < before.Latest.Total.Count ? new() : before.Latest;
        return new()
        {
            From = before.At,
            To = at,
            Covered = at - before.At,
            Refused = Math.Max(Count(now, IsRefusal) - Count(earlier, IsRefusal), 0),
            Failed = Math.Max(Count(now, IsFailure) - Count(earlier, IsFailure), 0),
            Total = now.Total.Since(earlier.Total),
            Queue = Sum(now.Queue.Since(earlier.Queue)),
            Decode = Sum(now.Decode.Since(earlier.Decode)),
            Inference = Sum(now.Inference.Since(earlier.Inference)),
        };
    }

    private static TimeSpan Sum(LatencyHistogram histogram) => histogram.Mean * histogram.Count;

    private static long Count(VariantStatistics statistics, Func<ClassifyOutcome, bool> counts) =>
        statistics.Requests.Where(requests => counts(requests.Key)).Sum(requests => requests.Value);

    private static bool IsRefusal(ClassifyOutcome outcome) => outcome == ClassifyOutcome.Busy;

    private static bool IsFailure(ClassifyOutcome outcome) => outcome is not (ClassifyOutcome.Ok or ClassifyOutcome.Busy or ClassifyOutcome.Cancelled);

    private sealed class Track
    {
        public DateTimeOffset At { get; set; }

        public VariantStatistics Latest { get; set; } = new();

        public Queue<LiveSpan> Spans { get; } = [];

        public LiveSeries ToSeries()
        {
            var runs = Latest.Inference;
            return new([.. Spans], runs.Count > 1 ? runs.Quantile(0.5) : null, runs.Count);
        }
    }
}
