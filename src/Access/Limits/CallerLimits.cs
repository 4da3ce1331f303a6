using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace Lineup.Access.Limits;

/// <summary>
/// A token bucket for each caller. A bucket that is full again tells nothing of its caller and may go, which is how memory stays
/// bounded; where all are in use, newcomers share one bucket. Any thread may call.
/// </summary>
public sealed class CallerLimits(LimitOptions options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly Lock _sweeping = new();
    private long? _swept;

    public int Count => _buckets.Count;

    /// <summary>Takes one request from a caller's bucket.</summary>
    /// <param name="caller">Who it is.</param>
    /// <param name="requestsPerSecond">What it may send; zero: as much as it likes.</param>
    /// <param name="retryAfter">When there will be room for one.</param>
    /// <returns>False if the caller has sent too much.</returns>
    public bool TryTake(string caller, double requestsPerSecond, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        if (requestsPerSecond <= 0)
            return true;
        var limiter = Find(caller, requestsPerSecond);
        limiter.TryReplenish();
        using var lease = limiter.AttemptAcquire();
        if (lease.IsAcquired)
            return true;
        retryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1 / requestsPerSecond);
        return false;
    }

    public void Dispose()
    {
        foreach (var bucket in _buckets.Values)
            bucket.Limiter.Dispose();
    }

    private TokenBucketRateLimiter Find(string caller, double rate)
    {
        // A key whose rate was changed begins anew with a bucket of the new size.
        if (_buckets.TryGetValue(caller, out var known) && known.Rate == rate)
            return known.Limiter;
        if (known is null && _buckets.Count >= options.MaxCallers)
        {
            Sweep();
            if (_buckets.Count >= options.MaxCallers)
                return Find($"* {rate}", rate, isShared: true);
        }

        return Find(caller, rate, isShared: false);
    }

    private TokenBucketRateLimiter Find(string caller, double rate, bool isShared) => _buckets.AddOrUpdate(
        caller,
        static (_, arguments) => new(arguments.Rate, arguments.Self.Create(arguments.Rate), arguments.IsShared),
        static (_, before, arguments) => before.Rate == arguments.Rate ? before : new(arguments.Rate, arguments.Self.Create(arguments.Rate), arguments.IsShared),
        (Self: this, Rate: rate, IsShared: isShared)).Limiter;

    private TokenBucketRateLimiter Create(double rate) => new(new()
    {
        TokenLimit = (int)Math.Max(1, Math.Min(int.MaxValue, rate * options.BurstSeconds)),
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1 / rate),
        QueueLimit = 0,

        // A timer a caller would cost more than looking at the clock when it calls.
        AutoReplenishment = false,
    });

    private void Sweep()
    {
        if (!_sweeping.TryEnter())
            return;
        try
        {
            if (_swept is { } then && clock.GetElapsedTime(then) < BetweenSweeps)
                return;
            _swept = clock.GetTimestamp();
            foreach (var (caller, bucket) in _buckets)
            {
                bucket.Limiter.TryReplenish();
                if (bucket.Limiter.IdleDuration is not null && !bucket.IsShared)
                    _buckets.TryRemove(new(caller, bucket));
            }
        }
        finally
        {
            _sweeping.Exit();
        }
    }

    private sealed record Bucket(double Rate, TokenBucketRateLimiter Limiter, bool IsShared);
}
