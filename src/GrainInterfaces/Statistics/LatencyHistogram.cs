using System.Numerics;

namespace Lineup.GrainInterfaces.Statistics;

/// <summary>
/// Counts durations in logarithmic buckets, 16 to an octave of microseconds, so that a quantile is off by 3.2 % at most whatever its
/// size, and histograms of several silos add up exactly. Durations below 16 us are exact to the microsecond. Not thread-safe.
/// </summary>
[GenerateSerializer, Alias("lineup.LatencyHistogram")]
public sealed class LatencyHistogram
{
    private const int BucketsPerOctave = 16;
    private const int OctaveBits = 4;

    [Id(0)]
    private long[] _counts = [];

    [Id(1)]
    private TimeSpan _sum;

    [Id(2)]
    private TimeSpan _max;

    /// <summary>Durations recorded.</summary>
    [Id(3)]
    public long Count { get; private set; }

    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : _sum / Count;

    public TimeSpan Max => _max;

    public void Record(TimeSpan duration)
    {
        var bucket = Bucket((ulong)Math.Max(duration.TotalMicroseconds, 0));
        if (bucket >= _counts.Length)
            Array.Resize(ref _counts, bucket + BucketsPerOctave);
        _counts[bucket]++;
        Count++;
        _sum += duration;
        _max = duration > _max ? duration : _max;
    }

    /// <summary>The duration that a share of 0 to 1 of all recorded ones does not exceed; zero if there are none.</summary>
    public TimeSpan Quantile(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);

        var rank = Math.Max((long)Math.Ceiling(share * Count), 1);
        long seen = 0;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank)
                return TimeSpan.FromMicroseconds(Math.Min(Middle(bucket), _max.TotalMicroseconds));
        }

        return TimeSpan.Zero;
    }

    /// <summary>Adds what another histogram has counted.</summary>
    public void Add(LatencyHistogram other)
    {
        if (other._counts.Length > _counts.Length)
            Array.Resize(ref _counts, other._counts.Length);
        for (var bucket = 0; bucket < other._counts.Length; bucket++)
            _counts[bucket] += other._counts[bucket];
        Count += other.Count;
        _sum += other._sum;
        _max = other._max > _max ? other._max : _max;
    }

    /// <summary>
    /// What has been recorded since <paramref name="earlier"/>, an older copy of this histogram. One that has counted less than that has
    /// begun anew: all of it. The maximum of a difference is known to its bucket only.
    /// </summary>
    public LatencyHistogram Since(LatencyHistogram earlier)
    {
        var length = Math.Max(_counts.Length, earlier._counts.Length);
        var difference = new LatencyHistogram { Count = Count - earlier.Count, _sum = _sum - earlier._sum };
        var highest = -1;
        var counts = new long[length];
        for (var bucket = 0; bucket < length; bucket++)
        {
            counts[bucket] = _counts.ElementAtOrDefault(bucket) - earlier._counts.ElementAtOrDefault(bucket);
            if (counts[bucket] < 0)
                return Copy();
            if (counts[bucket] > 0)
                highest = bucket;
        }

        if (highest < 0)
            return new();
        difference._counts = counts[..(highest + 1)];

        // Between the middles of two buckets lies the edge.
        var edge = (Middle(highest) + Middle(highest + 1)) / 2;
        difference._max = TimeSpan.FromMicroseconds(Math.Min(edge, _max.TotalMicroseconds));
        return difference;
    }

    /// <summary>A copy that later recordings do not change.</summary>
    public LatencyHistogram Copy()
    {
        var copy = new LatencyHistogram();
        copy.Add(this);
        return copy;
    }

    private static int Bucket(ulong microseconds)
    {
        if (microseconds < BucketsPerOctave)
            return (int)microseconds;
        var octave = BitOperations.Log2(microseconds) - OctaveBits;
        return ((octave + 1) * BucketsPerOctave) + (int)(microseconds >> octave) - BucketsPerOctave;
    }

    /// <summary>The middle of a bucket in microseconds.</summary>
    private static double Middle(int bucket)
    {
        if (bucket < BucketsPerOctave)
            return bucket;
        var octave = (bucket / BucketsPerOctave) - 1;
        return ((bucket % BucketsPerOctave) + BucketsPerOctave + 0.5) * Math.Pow(2, octave);
    }
}
