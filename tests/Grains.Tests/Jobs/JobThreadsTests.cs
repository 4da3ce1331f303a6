using System.Globalization;
using Lineup.Grains.Jobs;
using Microsoft.Extensions.Options;

namespace Lineup.Grains.Tests.Jobs;

public sealed class JobThreadsTests
{
    [Fact]
    public async Task RunAsync_MoreWorkThanThreads_NeverTakesMoreThreads()
    {
        using var threads = Threads(2);
        var seen = new HashSet<int>();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => threads.RunAsync(() => Task.FromResult(Note(seen)))));

        Assert.InRange(seen.Count, 1, 2);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, seen);
    }

    [Fact]
    public async Task RunAsync_ParallelLoopOnOneThread_RunsThereAndEnds()
    {
        using var threads = Threads(1);
        var seen = new HashSet<int>();
        var done = 0;

        await threads.RunAsync(() =>
        {
            var parallel = new ParallelOptions { TaskScheduler = TaskScheduler.Current, MaxDegreeOfParallelism = 4 };
            Parallel.For(0, 100, parallel, _ =>
            {
                Note(seen);
                Parallel.For(0, 10, parallel, _ => Interlocked.Increment(ref done));
            });
            return Task.FromResult(0);
        });

        Assert.Equal(1000, done);
        Assert.Single(seen);
    }

    [Fact]
    public async Task RunAsync_AfterAnAwait_GoesOnOnItsThreads()
    {
        using var threads = Threads(1);

        var (before, after) = await threads.RunAsync(async () =>
        {
            var first = Environment.CurrentManagedThreadId;
            await Task.Yield();
            await Task.Run(() => { });
            return (first, Environment.CurrentManagedThreadId);
        });

        Assert.Equal(before, after);
    }

    [Fact]
    public async Task RunAsync_OnLinux_IsNicerThanTheRest()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "threads have a nice value of their own on Linux only");
        using var threads = Threads(1);

        var nice = await threads.RunAsync(() => Task.FromResult(Nice()));

        Assert.Equal(10, nice - Nice());
    }

    private static JobThreads Threads(int count) => new(Options.Create(new JobOptions { Threads = count }));

    private static int Note(HashSet<int> seen)
    {
        lock (seen)
            seen.Add(Environment.CurrentManagedThreadId);
        return 0;
    }

    /// <summary>The nineteenth field of proc(5)'s stat; the second, in brackets, may hold blanks.</summary>
    private static int Nice()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
