using Lineup.Frontend.Page.Measure.Live;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Page.Tests.Measure;

public sealed class LiveTrackerTests
{
    private static readonly ModelVariantId Variant = new("m", "int8");
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly LiveTracker _tracker = new();
    private readonly VariantStatistics _statistics = new();

    [Fact]
    public void Observe_FirstTime_TellsNothingYet()
    {
        Serve(10, milliseconds: 5);

        Look(0);

        Assert.Empty(Spans(0));
    }

    [Fact]
    public void Observe_Twice_TellsWhatHappenedInBetween()
    {
        Serve(1000, milliseconds: 5);
        Look(0);
        Serve(4, milliseconds: 80);
        _statistics.Record(ClassifyOutcome.Busy, default);
        _statistics.Record(ClassifyOutcome.InvalidImage, default);
        _statistics.Record(ClassifyOutcome.Cancelled, default);

        Look(2);

        var span = Assert.Single(Spans(2));
        Assert.Equal((4, 1, 1), (span.Answered, span.Refused, span.Failed));
        Assert.Equal(2, span.Rate);
        Assert.InRange(span.Quantile(0.5)!.Value.TotalMilliseconds, 77, 83);
        Assert.Equal(TimeSpan.FromMilliseconds(4 * 40), span.Inference);
    }

    [Fact]
    public void Observe_GrainThatBeganAnew_CountsWhatItHasServedSince()
    {
        Serve(50, milliseconds: 5);
        Look(0);
        var anew = new VariantStatistics();
        anew.Record(ClassifyOutcome.Ok, Times(7));

        _tracker.Observe(Variant, At(2), anew);

        Assert.Equal(1, Assert.Single(Spans(2)).Answered);
    }

    [Fact]
    public void Observe_AfterALongPause_LeavesAGap()
    {
        Look(0);
        Look(2);
        Serve(10, milliseconds: 5);

        Look(60);

        Assert.Equal(At(2), Assert.Single(Spans(60)).To);
    }

    [Fact]
    public void Snapshot_AfterHours_HoldsTheWindowOnly()
    {
        for (var second = 0; second <= 7200; second += 2)
        {
            Serve(1, milliseconds: 5);
            Look(second);
        }

        var spans = Spans(7200);

        Assert.Equal(150, spans.Count);
        Assert.Equal(At(7200 - 300), spans[0].From);
    }

    [Fact]
    public void Snapshot_VariantThatHasGone_ForgetsIt()
    {
        Look(0);
        Look(2);

        var snapshot = _tracker.Snapshot(At(400));

        Assert.Empty(snapshot.Variants);
    }

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, true, false)]
    [InlineData(99, true, false)]
    [InlineData(100, true, true)]
    public void Quantile_FewRequests_IsNotGuessed(int requests, bool median, bool p99)
    {
        Look(0);
        Serve(requests, milliseconds: 5);

        Look(2);

        var span = Assert.Single(Spans(2));
        Assert.Equal((median, p99), (span.Quantile(0.5) is not null, span.Quantile(0.99) is not null));
    }

    [Fact]
    public void InSteps_SeveralLooksInOneStep_AddUp()
    {
        Look(0);
        foreach (var second in new[] { 2, 4, 6, 8, 10, 12 })
        {
            Serve(second, milliseconds: 5);
            Look(second);
        }

        var steps = _tracker.Snapshot(At(12)).Of("m", "int8").InSteps(TimeSpan.FromSeconds(10)).ToList();

        Assert.Equal([30, 12], steps.Select(step => step.Answered));
        Assert.Equal([3.0, 6.0], steps.Select(step => step.Rate!.Value));
        Assert.Equal((At(0), At(10)), (steps[0].From, steps[0].To));
    }

    [Fact]
    public void Last_OlderSpans_AreLeftOut()
    {
        Look(0);
        foreach (var second in new[] { 10, 20, 30 })
        {
            Serve(5, milliseconds: 5);
            Look(second);
        }

        var recent = _tracker.Snapshot(At(30)).Of("m", "int8").Last(TimeSpan.FromSeconds(15), At(30))!;

        Assert.Equal(10, recent.Answered);
    }

    private static DateTimeOffset At(int second) => Start.AddSeconds(second);

    private static StageTimes Times(double milliseconds) => new(
        TimeSpan.FromMilliseconds(milliseconds / 4),
        TimeSpan.FromMilliseconds(milliseconds / 4),
        TimeSpan.FromMilliseconds(milliseconds / 2),
        TimeSpan.FromMilliseconds(milliseconds),
        DecodeShared: false);

    private void Serve(int requests, double milliseconds)
    {
        for (var i = 0; i < requests; i++)
            _statistics.Record(ClassifyOutcome.Ok, Times(milliseconds));
    }

    private void Look(int second) => _tracker.Observe(Variant, At(second), _statistics.Copy());

    private IReadOnlyList<LiveSpan> Spans(int second) => _tracker.Snapshot(At(second)).Of("m", "int8").Spans;
}
