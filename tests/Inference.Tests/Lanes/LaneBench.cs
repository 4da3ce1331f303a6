using System.Collections.Concurrent;
using Lineup.Inference.Admission;
using Lineup.Inference.Imaging;
using Lineup.Inference.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace Lineup.Inference.Tests.Lanes;

/// <summary>A scheduler on a fake clock whose lanes can be held, so that a test sets up a queue and then sees it served.</summary>
internal sealed class LaneBench : IDisposable
{
    /// <summary>Far beyond anything on the fake clock.</summary>
    public static readonly TimeSpan Ample = TimeSpan.FromHours(1);

    private readonly List<ScriptedWork> _holders = [];

    public LaneBench(int lanes = 1, AdmissionOptions? admission = null, double bulkShare = 0.1)
    {
        Scheduler = new(new() { Count = lanes, BulkShare = bulkShare }, admission ?? new() { QueueLimit = 1000 }, new ImageOptions(), Clock);
    }

    public FakeTimeProvider Clock { get; } = new();

    public LaneScheduler Scheduler { get; }

    /// <summary>Names of what was done, in order.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Occupies every lane, with work of a variant of its own that costs nothing by the clock.</summary>
    public async Task HoldLanesAsync()
    {
        var queue = new LaneQueue(TimeSpan.Zero);
        for (var lane = 0; lane < Scheduler.Lanes; lane++)
        {
            var holder = new ScriptedWork("holder") { Holds = true };
            _holders.Add(holder);
            Assert.True(Scheduler.Offer(queue, holder, Ample).IsAdmitted);
            await SoonAsync(holder.Started);
        }
    }

    public void ReleaseLanes() => _holders.ForEach(holder => holder.Release());

    /// <summary>Queues work that costs as much as its queue expects.</summary>
    public ScriptedWork Offer(LaneQueue queue, string name, TimeSpan cost = default, TimeSpan? budget = null, LanePriority priority = LanePriority.Interactive)
    {
        var work = new ScriptedWork(name) { Clock = Clock, Cost = cost, Log = Log, Urgency = priority };
        Assert.True(Scheduler.Offer(queue, work, budget ?? Ample).IsAdmitted);
        return work;
    }

    public ScriptedWork[] Offer(
        LaneQueue queue, int count, string name, TimeSpan cost = default, LanePriority priority = LanePriority.Interactive) =>
        [.. Enumerable.Range(0, count).Select(_ => Offer(queue, name, cost, priority: priority))];

    /// <summary>Waits for a signal; a scheduler that lost it fails the test instead of hanging it.</summary>
    public async Task SoonAsync(Task signal)
    {
        var winner = await Task.WhenAny(signal, Task.Delay(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.True(winner == signal, $"no signal; done so far: {string.Join(" ", Log)}");
        await signal;
    }

    public Task SoonAsync(IEnumerable<ScriptedWork> works) => SoonAsync(Task.WhenAll(works.Select(work => work.Outcome)));

    public void Dispose()
    {
        ReleaseLanes();
        Scheduler.Dispose();
        _holders.ForEach(holder => holder.Dispose());
    }
}
