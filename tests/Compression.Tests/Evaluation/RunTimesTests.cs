using Lineup.Compression.Evaluation;

namespace Lineup.Compression.Tests.Evaluation;

public sealed class RunTimesTests
{
    [Fact]
    public void Of_HundredRuns_HasNearestRanks()
    {
        var runs = Enumerable.Range(1, 100).Reverse().Select(i => TimeSpan.FromMilliseconds(i));

        var times = RunTimes.Of(runs);

        Assert.Equal(TimeSpan.FromMilliseconds(5050), times.Total);
        Assert.Equal(TimeSpan.FromMilliseconds(50.5), times.Mean);
        Assert.Equal(TimeSpan.FromMilliseconds(50), times.Median);
        Assert.Equal(TimeSpan.FromMilliseconds(99), times.P99);
    }

    [Fact]
    public void Of_OneRun_IsThatRun()
    {
        var run = TimeSpan.FromMilliseconds(3);

        Assert.Equal(new RunTimes(run, run, run, run), RunTimes.Of([run]));
    }
}
