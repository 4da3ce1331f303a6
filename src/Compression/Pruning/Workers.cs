namespace Lineup.Compression.Pruning;

/// <summary>
/// A fixed number of threads, each with scratch of its own, that take indices in turn. Unlike Parallel.For with local state, which makes
/// that state anew several times a second: with megabytes of scratch, gigabytes of garbage.
/// </summary>
internal static class Workers
{
    public static void ForEach<TScratch>(int count, ParallelOptions parallel, Func<TScratch> create, Action<int, TScratch> work)
    {
        var next = -1;
        Parallel.For(0, Math.Min(count, parallel.MaxDegreeOfParallelism), parallel, _ =>
        {
            var scratch = create();
            try
            {
                for (int i; (i = Interlocked.Increment(ref next)) < count;)
                {
                    parallel.CancellationToken.ThrowIfCancellationRequested();
                    work(i, scratch);
                }
            }
            finally
            {
                (scratch as IDisposable)?.Dispose();
            }
        });
    }
}
