namespace Lineup.ModelRepository.Pulling;

/// <summary>
/// Limits each wait for a server, but not their sum, and turns what a broken wait throws into a <see cref="PullException"/>.
/// One caller at a time.
/// </summary>
internal sealed class StallGuard : IDisposable
{
    private readonly CancellationTokenSource _stall;
    private readonly CancellationTokenSource _both;
    private readonly TimeSpan _limit;
    private readonly CancellationToken _caller;

    public StallGuard(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _limit = limit;
        _caller = caller;
        _stall = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(caller, _stall.Token);
    }

    public async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> wait)
    {
        _stall.CancelAfter(_limit);
        try
        {
            return await wait(_both.Token);
        }
        catch (OperationCanceledException exception) when (!_caller.IsCancellationRequested)
        {
            var what = $"no byte came for {_limit.TotalSeconds:0} s";
            throw new PullException(PullError.TimedOut, what, PullException.TryAgain, exception) { IsTransient = true };
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw PullException.Broken(exception);
        }
        finally
        {
            // Only waits count: the time that the caller takes to write what it got is not the server's.
            _stall.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _both.Dispose();
        _stall.Dispose();
    }
}
