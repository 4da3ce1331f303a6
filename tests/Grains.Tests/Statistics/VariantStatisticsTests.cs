using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Grains.Tests.Statistics;

public sealed class VariantStatisticsTests
{
    [Fact]
    public void Record_Success_CountsEveryStage()
    {
        var statistics = new VariantStatistics();

        statistics.Record(ClassifyOutcome.Ok, Times(1, 2, 3, 6));

        Assert.Equal(Milliseconds(1, 2, 3, 6), Maxima(statistics));
    }

    [Fact]
    public void Record_Failure_CountsTheOutcomeAlone()
    {
        var statistics = new VariantStatistics();

        statistics.Record(ClassifyOutcome.DeadlineExceeded, Times(1, 2, 3, 6));

        Assert.Equal(1, statistics.Requests[ClassifyOutcome.DeadlineExceeded]);
        Assert.Equal([0, 0, 0, 0], Counts(statistics));
    }

    [Fact]
    public void Record_SharedDecoding_LeavesDecodeOut()
    {
        var statistics = new VariantStatistics();

        statistics.Record(ClassifyOutcome.Ok, Times(1, 2, 3, 6) with { DecodeShared = true });

        Assert.Equal([1, 0, 1, 1], Counts(statistics));
    }

    [Fact]
    public void Add_TwoSilos_EqualsRecordingAllInOne()
    {
        var (first, second, whole) = (new VariantStatistics(), new VariantStatistics(), new VariantStatistics());
        for (var i = 1; i <= 20; i++)
        {
            var (outcome, times) = (i % 4 == 0 ? ClassifyOutcome.Busy : ClassifyOutcome.Ok, Times(i, 2 * i, 3 * i, 6 * i));
            (i % 3 == 0 ? first : second).Record(outcome, times);
            whole.Record(outcome, times);
        }

        first.Add(second);

        Assert.Equal(whole.Requests.OrderBy(pair => pair.Key), first.Requests.OrderBy(pair => pair.Key));
        Assert.Equal(Counts(whole), Counts(first));
        Assert.Equal(Maxima(whole), Maxima(first));
        Assert.Equal(whole.Total.Quantile(0.9), first.Total.Quantile(0.9));
    }

    [Fact]
    public void Copy_OriginalRecordsOn_StaysAsItWas()
    {
        var original = new VariantStatistics();
        original.Record(ClassifyOutcome.Ok, Times(1, 2, 3, 6));
        var copy = original.Copy();

        original.Record(ClassifyOutcome.Ok, Times(1, 2, 3, 6));

        Assert.Equal(1, copy.Requests[ClassifyOutcome.Ok]);
        Assert.Equal([1, 1, 1, 1], Counts(copy));
    }

    private static StageTimes Times(int queue, int decode, int inference, int total) =>
        new(
            TimeSpan.FromMilliseconds(queue), TimeSpan.FromMilliseconds(decode), TimeSpan.FromMilliseconds(inference),
            TimeSpan.FromMilliseconds(total), DecodeShared: false);

    private static TimeSpan[] Milliseconds(params int[] values) => [.. values.Select(value => TimeSpan.FromMilliseconds(value))];

    private static long[] Counts(VariantStatistics of) => [of.Queue.Count, of.Decode.Count, of.Inference.Count, of.Total.Count];

    private static TimeSpan[] Maxima(VariantStatistics of) => [of.Queue.Max, of.Decode.Max, of.Inference.Max, of.Total.Max];
}
