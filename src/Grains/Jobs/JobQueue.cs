using Microsoft.Extensions.Options;

namespace Lineup.Grains.Jobs;

/// <summary>
/// The jobs of a silo: a bounded number, of which one works while the others wait in the order in which they were ready. Thread-safe.
/// </summary>
internal sealed class JobQueue(IOptions<JobOptions> options)
{
    private readonly Lock _gate = new();
    private readonly List<JobPlace> _ready = [];
    private int _taken;

    /// <summary>Jobs at work: none or one.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
                return Math.Min(_ready.Count, 1);
        }
    }

    /// <summary>Jobs that wait for their turn, without those that wait for their upload.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return Math.Max(_ready.Count - 1, 0);
        }
    }

    /// <summary>Takes a place, which disposing gives back; null where as many are taken as may.</summary>
    public JobPlace? TryTake()
    {
        lock (_gate)
            return _taken < options.Value.MaxJobs ? Take() : null;
    }

    internal void Join(JobPlace place)
    {
        lock (_gate)
            _ready.Add(place);
        Tell();
    }

    internal void Leave(JobPlace place)
    {
        lock (_gate)
        {
            _taken--;
            _ready.Remove(place);
        }

        Tell();
    }

    private JobPlace Take()
    {
        _taken++;
        return new(this);
    }

    private void Tell()
    {
        // Told under the lock, so that nobody hears of an older order after a newer one; listeners only note the number.
        lock (_gate)
        {
            for (var i = 0; i < _ready.Count; i++)
                _ready[i].Moved(i);
        }
    }
}

/// <summary>One job's place in the queue of a silo.</summary>
internal sealed class JobPlace : IDisposable
{
    private readonly JobQueue _queue;
    private readonly TaskCompletionSource _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<int> _moved = _ => { };
    private bool _left;

    internal JobPlace(JobQueue queue) => _queue = queue;

    /// <summary>Lines up, and completes when it is this job's turn.</summary>
    /// <param name="moved">Told how many are ahead, each time that changes.</param>
    /// <param name="cancellationToken">Gives up waiting; the place is still to be disposed.</param>
    public Task WaitForTurnAsync(Action<int> moved, CancellationToken cancellationToken)
    {
        _moved = moved;
        _queue.Join(this);
        return _turn.Task.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (_left)
            return;
        _left = true;
        _queue.Leave(this);
    }

    internal void Moved(int ahead)
    {
        _moved(ahead);
        if (ahead == 0)
            _turn.TrySetResult();
    }
}
