using System.Runtime.CompilerServices;
using Lineup.Frontend.Clustering;
using Lineup.Frontend.Page.Shell;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Page.Measure.Live;

/// <summary>
/// Reads the statistics of all variants while someone looks, once for all who look at the same time. Each look begins when a viewer asks
/// for it, so nothing runs when the last one has gone. It changes nothing and loads nothing. Thread-safe.
/// </summary>
internal sealed partial class LiveSampler(ModelWatch models, VariantGrains grains, TimeProvider clock, ILogger<LiveSampler> log)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LiveTracker _tracker = new();
    private Task<LiveSnapshot>? _sampling;
    private long _begun;
    private volatile LiveSnapshot _latest = LiveSnapshot.Empty;

    /// <summary>What was seen last, which may be long ago.</summary>
    public LiveSnapshot Latest => _latest;

    /// <summary>What is seen now and every <see cref="Interval"/> from here on.</summary>
    public async IAsyncEnumerable<LiveSnapshot> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            yield return await Begin().WaitAsync(cancellationToken);
            await Task.Delay(Interval, clock, cancellationToken);
        }
    }

    private Task<LiveSnapshot> Begin()
    {
        lock (_lock)
        {
            // One at a time, which is what guards the tracker.
            if (_sampling is null || (_sampling.IsCompleted && clock.GetElapsedTime(_begun) >= Interval))
                (_sampling, _begun) = (Task.Run(SampleAsync), clock.GetTimestamp());
            return _sampling;
        }
    }

    private async Task<LiveSnapshot> SampleAsync()
    {
        var seen = await models.ReadAsync(Patience, CancellationToken.None);
        var variants = seen.Models.SelectMany(model => model.Variants).Select(variant => new ModelVariantId(variant.Model, variant.Name));
        var statuses = await Task.WhenAll(variants.Select(AskAsync));
        foreach (var (at, status) in statuses)
        {
            if (status is not null)
                _tracker.Observe(status.Id, at, status.Statistics);
        }

        return _latest = _tracker.Snapshot(clock.GetUtcNow());
    }

    private async Task<(DateTimeOffset At, VariantStatus? Status)> AskAsync(ModelVariantId variant)
    {
        try
        {
            var status = await grains.Get(variant).GetStatus();
            return (clock.GetUtcNow(), status);
        }
        catch (Exception error)
        {
            // A silo that is gone or slow leaves a gap in this variant's line, and in no other's.
            LogSilent(error, variant);
            return (default, null);
        }
    }

    [LoggerMessage(LogLevel.Debug, "No statistics from {Variant}")]
    private partial void LogSilent(Exception error, ModelVariantId variant);
}
