using Lineup.Inference.Admission;
using Lineup.Inference.Lanes;

namespace Lineup.Inference.Tests.Lanes;

/// <summary>Interactive and bulk work on the same lanes.</summary>
public sealed class LanePriorityTests
{
    private static readonly TimeSpan Cheap = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Costly = TimeSpan.FromMilliseconds(40);

    [Fact]
    public async Task Offer_InteractiveBehindABulkFlood_GoesFirst()
    {
        using var bench = new LaneBench();
        var queue = new LaneQueue(Cheap);
        await bench.HoldLanesAsync();
        var flood = bench.Offer(queue, 100, "bulk", Cheap, LanePriority.Bulk);
        var few = bench.Offer(queue, 5, "interactive", Cheap);

        bench.ReleaseLanes();

        // The class that was idle begins level with the other: at most one bulk picture comes between.
        await bench.SoonAsync([.. flood, .. few]);
        Assert.Equal(5, bench.Log.Take(6).Count(name => name == "interactive"));
    }

    [Theory]
    [InlineData(0.1, 9)]
    [InlineData(0.25, 3)]
    public async Task Offer_InteractiveTakesAllItCanGet_BulkHasItsShareOfLaneTime(double share, int interactiveForEachBulk)
    {
        using var bench = new LaneBench(bulkShare: share);
        var (queue, costly) = (new LaneQueue(Cheap), new LaneQueue(Costly));
        await bench.HoldLanesAsync();
        var flood = bench.Offer(queue, 400, "interactive", Cheap);
        var bulk = bench.Offer(costly, 10, "bulk", Costly, LanePriority.Bulk);

        bench.ReleaseLanes();

        // A costly bulk picture takes as long as four cheap ones.
        await bench.SoonAsync([.. flood, .. bulk]);
        var beforeTheTenth = bench.Log.ToList().LastIndexOf("bulk") - 9;
        Assert.InRange(beforeTheTenth, 9 * 4 * interactiveForEachBulk, Math.Min(10 * 4 * interactiveForEachBulk + 1, 400));
    }

    [Fact]
    public async Task Offer_BulkAfterLongInteractiveWork_HasNoCreditToSpend()
    {
        using var bench = new LaneBench();
        var queue = new LaneQueue(Cheap);
        await bench.SoonAsync(bench.Offer(queue, 200, "before", Cheap));
        bench.Log.Clear();
        await bench.HoldLanesAsync();
        var bulk = bench.Offer(queue, 20, "bulk", Cheap, LanePriority.Bulk);
        var works = bench.Offer(queue, 20, "interactive", Cheap);

        bench.ReleaseLanes();

        await bench.SoonAsync([.. bulk, .. works]);
        Assert.InRange(bench.Log.Take(20).Count(name => name == "bulk"), 1, 3);
    }

    [Fact]
    public async Task Offer_BulkOfTwoVariants_ShareFairly()
    {
        using var bench = new LaneBench();
        var (one, other) = (new LaneQueue(Cheap), new LaneQueue(Cheap));
        await bench.HoldLanesAsync();
        var first = bench.Offer(one, 20, "one", Cheap, LanePriority.Bulk);
        var second = bench.Offer(other, 20, "other", Cheap, LanePriority.Bulk);

        bench.ReleaseLanes();

        await bench.SoonAsync([.. first, .. second]);
        Assert.InRange(bench.Log.Take(20).Count(name => name == "one"), 9, 11);
    }

    [Fact]
    public async Task Offer_QueueHalfFull_TurnsBulkAwayAndTakesInteractive()
    {
        using var bench = new LaneBench(admission: new() { QueueLimit = 8 });
        var queue = new LaneQueue(Cheap);
        await bench.HoldLanesAsync();
        bench.Offer(queue, 4, "bulk", Cheap, LanePriority.Bulk);
        using var fifth = new ScriptedWork { Urgency = LanePriority.Bulk };

        var refused = bench.Scheduler.Offer(queue, fifth, LaneBench.Ample);

        Assert.Equal(RefusalCause.QueueFull, refused.Cause);
        bench.Offer(queue, 4, "interactive", Cheap);
        using var ninth = new ScriptedWork();
        Assert.Equal(RefusalCause.QueueFull, bench.Scheduler.Offer(queue, ninth, LaneBench.Ample).Cause);
    }

    [Fact]
    public async Task PredictedWait_BehindABulkFlood_IsThatOfInteractiveWorkAlone()
    {
        using var bench = new LaneBench();
        var queue = new LaneQueue(Cheap);
        await bench.HoldLanesAsync();
        bench.Offer(queue, 100, "bulk", Cheap, LanePriority.Bulk);
        var before = bench.Scheduler.PredictedWait(queue);
        bench.Offer(queue, 9, "interactive", Cheap);

        var wait = bench.Scheduler.PredictedWait(queue);

        // Nine of its own, and one bulk picture that is due by then.
        Assert.Equal((0, 0.1), (before.TotalSeconds, Math.Round(wait.TotalSeconds, 6)));
    }

    [Fact]
    public async Task Cancel_BulkWhileWaiting_TakesItOffTheQueueAtOnce()
    {
        using var bench = new LaneBench();
        var queue = new LaneQueue(Cheap);
        await bench.HoldLanesAsync();
        var works = bench.Offer(queue, 3, "bulk", Cheap, LanePriority.Bulk);

        bench.Scheduler.Cancel(works[1]);

        Assert.Equal(DropReason.Cancelled, await works[1].Outcome);
        Assert.Equal(2, bench.Scheduler.WaitingCount(queue));
        bench.ReleaseLanes();
        await bench.SoonAsync(works);
        Assert.Equal([1, 1, 1], works.Select(work => work.Ends));
    }
}
