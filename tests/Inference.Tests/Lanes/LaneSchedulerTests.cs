using Lineup.Inference.Admission;
using Lineup.Inference.Imaging;
using Lineup.Inference.Lanes;

namespace Lineup.Inference.Tests.Lanes;

public sealed class LaneSchedulerTests
{
    private static readonly TimeSpan Cheap = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Costly = TimeSpan.FromMilliseconds(40);

    [Fact]
    public async Task Offer_AsManyAsLanes_RunSideBySide()
    {
        using var bench = new LaneBench(lanes: 3);

        // Returns only once three works have begun and none has ended.
        await bench.HoldLanesAsync();

        Assert.Equal(3, bench.Scheduler.Lanes);
    }

    [Fact]
    public async Task Offer_SpareWork_TakesAFreeLaneAndNeverWaits()
    {
        using var bench = new LaneBench();
        var queue = new LaneQueue(Cheap);
        using var first = new ScriptedWork { Spare = true, Holds = true };
        using var second = new ScriptedWork { Spare = true };

        Assert.True(bench.Scheduler.Offer(queue, first, LaneBench.Ample).IsAdmitted);
        await bench.SoonAsync(first.Started);
        var decision = bench.Scheduler.Offer(queue, second, LaneBench.Ample);

        Assert.Equal((RefusalCause.NoLaneFree, 0), (decision.Cause, bench.Scheduler.WaitingCount(queue)));
        first.Release();
        await bench.SoonAsync(first.Outcome);
        Assert.Equal(0, second.Ends);
    }

    [Fact]
    public async Task LaneTime_WorkDone_AddsUpWhatItCost()
    {
        using var bench = new LaneBench();
        var queue = new LaneQueue(Cheap);
        await bench.HoldLanesAsync();
        Assert.Equal((1, TimeSpan.Zero), (bench.Scheduler.BusyLanes, bench.Scheduler.LaneTime));
        var works = bench.Offer(queue, 3, "work", Costly);

        bench.ReleaseLanes();

        await bench.SoonAsync(works);
        bench.Scheduler.Dispose();
        Assert.Equal(3 * Costly.TotalSeconds, bench.Scheduler.LaneTime.TotalSeconds, 1e-9);
        Assert.Equal(0, bench.Scheduler.BusyLanes);
    }

    [Fact]
    public async Task Offer_OneVariant_IsServedInOrder()
    {
        using var bench = new LaneBench();
        var queue = new LaneQueue(Cheap);
        await bench.HoldLanesAsync();
        var works = Enumerable.Range(0, 20).Select(i => bench.Offer(queue, $"{i}", Cheap)).ToArray();

        bench.ReleaseLanes();

        await bench.SoonAsync(works);
        Assert.Equal(works.Select(work => work.Name), bench.Log);
    }

    [Fact]
    public async Task Offer_CheapAndCostlyVariant_ShareLaneTimeNotTurns()
    {
        using var bench = new LaneBench();
        var (cheap, costly) = (new LaneQueue(Cheap), new LaneQueue(Costly));
        await bench.HoldLanesAsync();
        var flood = bench.Offer(costly, 40, "costly", Costly);
        var works = bench.Offer(cheap, 40, "cheap", Cheap);

        bench.ReleaseLanes();

        // 40 cheap ones take as long as 10 costly ones; one turn more or less at each end.
        await bench.SoonAsync([.. flood, .. works]);
        var costlyBeforeLastCheap = bench.Log.Reverse().SkipWhile(name => name == "costly").Count(name => name == "costly");
        Assert.InRange(costlyBeforeLastCheap, 9, 11);
    }

    [Fact]
    public async Task Offer_BehindAFloodOfAnotherVariant_IsNext()
    {
        using var bench = new LaneBench();
        var flooded = new LaneQueue(Costly);
        await bench.HoldLanesAsync();
        var flood = bench.Offer(flooded, 100, "flood", Costly);
        var late = bench.Offer(new LaneQueue(Cheap), "late", Cheap);

        bench.ReleaseLanes();

        await bench.SoonAsync([.. flood, late]);
        Assert.InRange(bench.Log.ToList().IndexOf("late"), 0, 1);
    }

    [Fact]
    public async Task Offer_AfterALongIdleTime_HasNoCreditToSpend()
    {
        using var bench = new LaneBench();
        var (busy, idle) = (new LaneQueue(Cheap), new LaneQueue(Cheap));
        await bench.SoonAsync([bench.Offer(idle, "idle", Cheap)]);
        await bench.SoonAsync(bench.Offer(busy, 100, "busy", Cheap));
        bench.Log.Clear();
        await bench.HoldLanesAsync();
        var works = bench.Offer(busy, 20, "busy", Cheap).Concat(bench.Offer(idle, 20, "idle", Cheap)).ToArray();

        bench.ReleaseLanes();

        await bench.SoonAsync(works);
        Assert.InRange(bench.Log.Take(20).Count(name => name == "idle"), 8, 12);
    }

    [Fact]
    public async Task Offer_DeadlinePassesWhileWaiting_IsDroppedAndCostsNothing()
    {
        using var bench = new LaneBench();
        var queue = new LaneQueue(Cheap);
        await bench.HoldLanesAsync();
        var late = bench.Offer(queue, "late", Cheap, budget: TimeSpan.FromSeconds(1));
        var patient = bench.Offer(queue, "patient", Cheap);
        bench.Clock.Advance(TimeSpan.FromSeconds(2));

        bench.ReleaseLanes();

        await bench.SoonAsync([late, patient]);
        Assert.Equal(DropReason.DeadlineExceeded, await late.Outcome);
        Assert.Equal(["patient"], bench.Log);
    }

    [Fact]
    public async Task Cancel_WhileWaiting_TakesItOffTheQueueAtOnce()
    {
        using var bench = new LaneBench();
        var queue = new LaneQueue(Cheap);
        await bench.HoldLanesAsync();
        var works = bench.Offer(queue, 3, "work");

        bench.Scheduler.Cancel(works[1]);
        bench.Scheduler.Cancel(works[1]);

        // The lane is still held: nobody but Cancel can have dropped it.
        Assert.Equal(DropReason.Cancelled, await works[1].Outcome);
        Assert.Equal(2, bench.Scheduler.WaitingCount(queue));
        bench.ReleaseLanes();
        await bench.SoonAsync(works);
        Assert.Equal([1, 1, 1], works.Select(work => work.Ends));
        Assert.Equal(2, bench.Log.Count);
    }

    [Fact]
    public async Task Cancel_OnceBegunOrNeverOffered_DoesNothing()
    {
        using var bench = new LaneBench();
        using var begun = new ScriptedWork { Holds = true };
        using var never = new ScriptedWork();
        bench.Scheduler.Offer(new LaneQueue(Cheap), begun, LaneBench.Ample);
        await bench.SoonAsync(begun.Started);

        bench.Scheduler.Cancel(begun);
        bench.Scheduler.Cancel(never);

        begun.Release();
        await bench.SoonAsync([begun]);
        Assert.Null(await begun.Outcome);
        Assert.Equal((1, 0), (begun.Ends, never.Ends));
    }

    [Fact]
    public async Task Offer_BeyondTheQueueLimit_IsBusy()
    {
        using var bench = new LaneBench(admission: new() { QueueLimit = 3 });
        var queue = new LaneQueue(Cheap);
        await bench.HoldLanesAsync();
        bench.Offer(queue, 3, "work");
        using var fourth = new ScriptedWork();

        var decision = bench.Scheduler.Offer(queue, fourth, LaneBench.Ample);

        Assert.False(decision.IsAdmitted);
        Assert.True(decision.RetryAfter > TimeSpan.Zero);
        Assert.Equal(0, fourth.Ends);
        bench.Offer(new LaneQueue(Cheap), "another variant");
    }

    [Fact]
    public async Task Offer_BeyondTheBytesThatMayWait_IsBusyUntilSomeHaveGone()
    {
        using var bench = new LaneBench(admission: new() { MaxWaitingBytes = 2500 });
        await bench.HoldLanesAsync();
        var works = bench.Offer(new LaneQueue(Cheap), 2, "work");
        var queue = new LaneQueue(Cheap);
        using var third = new ScriptedWork();

        // The limit is the silo's, not a variant's.
        var full = bench.Scheduler.Offer(queue, third, LaneBench.Ample);
        bench.Scheduler.Cancel(works[0]);
        var afterwards = bench.Scheduler.Offer(queue, third, LaneBench.Ample);

        Assert.False(full.IsAdmitted);
        Assert.True(afterwards.IsAdmitted);
    }

    [Fact]
    public async Task Offer_WaitBeyondTheBudget_IsBusyWithTheTimeToRetryAfter()
    {
        using var bench = new LaneBench();
        var queue = new LaneQueue(TimeSpan.FromSeconds(1));
        await bench.HoldLanesAsync();
        bench.Offer(queue, 4, "work");
        using var fifth = new ScriptedWork();

        var decision = bench.Scheduler.Offer(queue, fifth, TimeSpan.FromSeconds(2));

        // Four seconds to wait and one to be served, but two to spare.
        Assert.False(decision.IsAdmitted);
        Assert.Equal(TimeSpan.FromSeconds(4), bench.Scheduler.PredictedWait(queue));
        Assert.Equal(TimeSpan.FromSeconds(3), decision.RetryAfter);
    }

    [Fact]
    public async Task PredictedWait_ServiceSlowerThanExpected_Learns()
    {
        using var bench = new LaneBench();
        var queue = new LaneQueue(TimeSpan.FromMilliseconds(1));
        await bench.SoonAsync(bench.Offer(queue, 60, "slow", TimeSpan.FromMilliseconds(100)));
        await bench.HoldLanesAsync();
        bench.Offer(queue, 10, "slow");

        var wait = bench.Scheduler.PredictedWait(queue);

        Assert.InRange(wait, TimeSpan.FromSeconds(0.95), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Dispose_WithWorkRunningAndWaiting_FinishesTheOneAndDropsTheOthers()
    {
        using var bench = new LaneBench();
        using var running = new ScriptedWork { Holds = true };
        var queue = new LaneQueue(Cheap);
        bench.Scheduler.Offer(queue, running, LaneBench.Ample);
        await bench.SoonAsync(running.Started);
        var waiting = bench.Offer(queue, 3, "work");

        var disposal = Task.Run(bench.Scheduler.Dispose, TestContext.Current.CancellationToken);

        await bench.SoonAsync(waiting);
        Assert.All(await Task.WhenAll(waiting.Select(work => work.Outcome)), reason => Assert.Equal(DropReason.ShuttingDown, reason));
        Assert.False(disposal.IsCompleted);
        running.Release();
        await bench.SoonAsync(disposal);
        Assert.Null(await running.Outcome);
    }

    [Fact]
    public void Dispose_Again_DoesNothingAndNothingIsAdmitted()
    {
        using var bench = new LaneBench();
        bench.Scheduler.Dispose();
        using var late = new ScriptedWork();

        bench.Scheduler.Dispose();

        Assert.Equal(AdmissionDecision.ShuttingDown, bench.Scheduler.Offer(new LaneQueue(Cheap), late, LaneBench.Ample));
        Assert.Equal(0, late.Ends);
    }

    [Fact]
    public async Task Offer_FromManyThreadsWithCancellations_EndsEachWorkExactlyOnce()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var scheduler = new LaneScheduler(new() { Count = 2 }, new() { QueueLimit = 6000 }, new ImageOptions(), TimeProvider.System);
        LaneQueue[] queues = [new(TimeSpan.Zero), new(TimeSpan.Zero), new(TimeSpan.Zero)];
        var works = Enumerable.Range(0, 6000).Select(i => new ScriptedWork { Urgency = (LanePriority)(i / 3 % 2) }).ToArray();

        await Parallel.ForAsync(0, works.Length, cancellation, (i, _) =>
        {
            Assert.True(scheduler.Offer(queues[i % 3], works[i], LaneBench.Ample).IsAdmitted);
            if (i % 2 == 0)
                scheduler.Cancel(works[i]);
            return ValueTask.CompletedTask;
        });

        await Task.WhenAll(works.Select(work => work.Outcome)).WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        scheduler.Dispose();
        Assert.All(works, work => Assert.Equal(1, work.Ends));
        Assert.All(queues, queue => Assert.Equal(0, scheduler.WaitingCount(queue)));
    }
}
