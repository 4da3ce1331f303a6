using Lineup.Inference.Lanes;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Storage;

namespace Lineup.Inference.Serving;

/// <summary>
/// A variant in memory, with the requests that hold on to it. Requests enter and leave; <see cref="RetireAsync"/> lets no more in and
/// disposes the session once the last has left. Thread-safe.
/// </summary>
internal sealed class LoadedVariant(VariantEntry entry, ModelSession session, IReadOnlyList<ClassLabel>? labels, LaneQueue queue)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _retired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private bool _retiring;

    public VariantEntry Entry => entry;

    public ModelSession Session => session;

    public IReadOnlyList<ClassLabel>? Labels => labels;

    public LaneQueue Queue => queue;

    public required TimeSpan LoadTime { get; init; }

    public required long SessionBytes { get; init; }

    /// <summary>The files as they were when it was loaded.</summary>
    public required FileStamps Files { get; init; }

    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_retiring)
                return false;
            _requests++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
            _requests--;
        DisposeWhenUnused();
    }

    /// <summary>Completes when the session is gone.</summary>
    public Task RetireAsync()
    {
        lock (_gate)
            _retiring = true;
        DisposeWhenUnused();
        return _retired.Task;
    }

    private void DisposeWhenUnused()
    {
        lock (_gate)
        {
            if (!_retiring || _requests > 0)
                return;
        }

        session.Dispose();
        _retired.TrySetResult();
    }
}
