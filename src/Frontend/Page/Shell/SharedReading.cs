using System.Runtime.CompilerServices;

namespace Lineup.Frontend.Page.Shell;

/// <summary>Something of the cluster that the page looks at, read once for all who look at the same time. Thread-safe.</summary>
/// <param name="read">Reads it; does not throw.</param>
/// <param name="interval">Time between two readings.</param>
/// <param name="looksLike">Whether a person would see no difference between the two.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class SharedReading<T>(Func<Task<T>> read, TimeSpan interval, Func<T, T, bool> looksLike, TimeProvider clock)
    where T : class
{
    private readonly Lock _lock = new();
    private Task<T>? _reading;
    private long _begun;

    /// <summary>What there is now or was up to an interval ago. Null without an answer in that time; the reading goes on.</summary>
    public async Task<T?> ReadAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var reading = Begin();
        try
        {
            return await reading.WaitAsync(patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>What there is from here on: whatever a caller did before it asked is in it.</summary>
    public Task<T> ReadFreshAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var before = _reading ?? Task.CompletedTask;
            _begun = clock.GetTimestamp();
            _reading = Task.Run(async () =>
            {
                await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return await read();
            });
            return _reading.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What there is now, and again whenever a person would notice a change.</summary>
    public async IAsyncEnumerable<T> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        T? seen = null;
        while (true)
        {
            var now = await Begin().WaitAsync(cancellationToken);
            if (seen is null || !looksLike(now, seen))
                yield return seen = now;
            await Task.Delay(interval, clock, cancellationToken);
        }
    }

    private Task<T> Begin()
    {
        lock (_lock)
        {
            if (_reading is null || (_reading.IsCompleted && clock.GetElapsedTime(_begun) >= interval))
                (_reading, _begun) = (Task.Run(read), clock.GetTimestamp());
            return _reading;
        }
    }
}
