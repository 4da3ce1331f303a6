using Lineup.GrainInterfaces.Statistics;

namespace Lineup.Grains.Tests.Statistics;

public sealed class LatencyHistogramTests
{
    /// <summary>Half a bucket at 16 buckets an octave.</summary>
    private const double Error = 0.032;

    private static readonly double[] Shares = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1];

    [Theory]
    [InlineData(20, 1_000)]
    [InlineData(1_000, 50_000)]
    [InlineData(100_000, 60_000_000)]
    public void Quantile_ManyDurations_IsWithinTheStatedErrorOfTheExactOne(int fromMicroseconds, int toMicroseconds)
    {
        var durations = LogUniform(fromMicroseconds, toMicroseconds, count: 5_000);
        var exact = durations.Order().ToList();

        var histogram = Recorded(durations);

        Assert.All(Shares, share =>
        {
            var wanted = exact[(int)Math.Ceiling(share * exact.Count) - 1].TotalMicroseconds;
            Assert.InRange(histogram.Quantile(share).TotalMicroseconds, wanted * (1 - Error), wanted * (1 + Error));
        });
    }

    [Fact]
    public void Quantile_EveryDurationUpToAMinute_IsWithinTheStatedError()
    {
        for (double microseconds = 16; microseconds < 60e6; microseconds *= 1.0007)
        {
            var duration = TimeSpan.FromMicroseconds(Math.Floor(microseconds));

            // The second one keeps the quantile from being cut to the maximum.
            var histogram = Recorded([duration, TimeSpan.FromHours(1)]);

            var (found, wanted) = (histogram.Quantile(0.5).TotalMicroseconds, duration.TotalMicroseconds);
            Assert.True(Math.Abs(found - wanted) <= wanted * Error, $"{found} for {wanted} microseconds");
        }
    }

    [Fact]
    public void Quantile_BelowSixteenMicroseconds_IsExact()
    {
        for (var microseconds = 0; microseconds < 16; microseconds++)
        {
            var histogram = Recorded([TimeSpan.FromMicroseconds(microseconds), TimeSpan.FromHours(1)]);

            Assert.Equal(TimeSpan.FromMicroseconds(microseconds), histogram.Quantile(0.5));
        }
    }

    [Fact]
    public void Quantile_OneDuration_NeverExceedsIt()
    {
        var histogram = Recorded([TimeSpan.FromMicroseconds(1024)]);

        Assert.Equal(TimeSpan.FromMicroseconds(1024), histogram.Quantile(1));
    }

    [Fact]
    public void Quantile_NothingRecorded_IsZero()
    {
        var histogram = new LatencyHistogram();

        Assert.Equal(TimeSpan.Zero, histogram.Quantile(0.99));
        Assert.Equal((0, TimeSpan.Zero, TimeSpan.Zero), (histogram.Count, histogram.Mean, histogram.Max));
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    public void Quantile_ShareOutsideZeroToOne_Throws(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatencyHistogram().Quantile(share));

    [Fact]
    public void Record_NegativeDuration_CountsAsZero()
    {
        var histogram = Recorded([TimeSpan.FromMilliseconds(-5), TimeSpan.FromMilliseconds(5)]);

        Assert.Equal(2, histogram.Count);
        Assert.Equal(TimeSpan.Zero, histogram.Quantile(0.5));
    }

    [Fact]
    public void Record_Several_MeanAndMaxAreExact()
    {
        // A duration of 168 ticks is one of those that seconds as a double do not hold.
        var histogram = Recorded([TimeSpan.FromTicks(6), TimeSpan.FromTicks(42), TimeSpan.FromTicks(168)]);

        Assert.Equal((72, 168), (histogram.Mean.Ticks, histogram.Max.Ticks));
    }

    [Fact]
    public void Add_Parts_EqualsRecordingAllInOne()
    {
        var (few, many) = (LogUniform(20, 400, count: 100), LogUniform(1_000, 9_000_000, count: 1_000));
        var whole = Recorded([.. few, .. many]);
        var merged = Recorded(few);

        merged.Add(Recorded(many));

        Assert.Equal((whole.Count, whole.Max, whole.Mean), (merged.Count, merged.Max, merged.Mean));
        Assert.Equal(Shares.Select(whole.Quantile), Shares.Select(merged.Quantile));
    }

    [Fact]
    public void Copy_OriginalRecordsOn_StaysAsItWas()
    {
        var original = Recorded([TimeSpan.FromMilliseconds(1)]);
        var copy = original.Copy();

        original.Record(TimeSpan.FromSeconds(1));

        Assert.Equal((1, TimeSpan.FromMilliseconds(1)), (copy.Count, copy.Max));
    }

    [Fact]
    public void Since_OlderCopy_EqualsRecordingTheRestAlone()
    {
        var (before, after) = (LogUniform(20, 900_000, count: 500), LogUniform(1_000, 9_000, count: 1_000));
        var rest = Recorded(after);

        var difference = Recorded([.. before, .. after]).Since(Recorded(before));

        Assert.Equal((rest.Count, rest.Mean), (difference.Count, difference.Mean));
        Assert.Equal(Shares[..^1].Select(rest.Quantile), Shares[..^1].Select(difference.Quantile));
        Assert.InRange(difference.Max, rest.Max, rest.Max * (1 + (2 * Error)));
    }

    [Fact]
    public void Since_NothingNew_IsEmpty()
    {
        var histogram = Recorded([TimeSpan.FromMilliseconds(3)]);

        var difference = histogram.Since(histogram.Copy());

        Assert.Equal((0, TimeSpan.Zero, TimeSpan.Zero), (difference.Count, difference.Max, difference.Quantile(0.5)));
    }

    [Fact]
    public void Since_HistogramThatBeganAnew_IsAllOfIt()
    {
        var anew = Recorded([TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2)]);

        var difference = anew.Since(Recorded([TimeSpan.FromMilliseconds(50)]));

        Assert.Equal((2, TimeSpan.FromMilliseconds(2)), (difference.Count, difference.Max));
    }

    private static LatencyHistogram Recorded(IEnumerable<TimeSpan> durations)
    {
        var histogram = new LatencyHistogram();
        foreach (var duration in durations)
            histogram.Record(duration);
        return histogram;
    }

    private static List<TimeSpan> LogUniform(double from, double to, int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ =>
            TimeSpan.FromMicroseconds(Math.Floor(from * Math.Pow(to / from, random.NextDouble()))))];
    }
}
