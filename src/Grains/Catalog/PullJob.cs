using System.Runtime.CompilerServices;
using Lineup.GrainInterfaces.Catalog;
using Lineup.ModelRepository.Pulling;

namespace Lineup.Grains.Catalog;

/// <summary>The progress of one pull, told by its thread and followed by any number of watchers. Thread-safe.</summary>
#pragma warning disable CA1001 // A CancellationTokenSource without a timer, whose wait handle nobody asks for, holds nothing to dispose.
internal sealed class PullJob(string model, TimeProvider clock) : IProgress<PullProgress>
#pragma warning restore CA1001
{
    /// <summary>Watchers are told of bytes no more often than an eye can follow.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancellation = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PullStatus _latest = new() { Model = model, State = PullState.Connecting };
    private long _toldAt;

    public string Model => model;

    /// <summary>Ends the work, on somebody's wish.</summary>
    public CancellationToken Stop => _cancellation.Token;

    public PullStatus Latest
    {
        get
        {
            lock (_gate)
                return _latest;
        }
    }

    public void Report(PullProgress value) => Become(
        new() { Model = model, State = State(value.Stage), Bytes = value.BytesDone, TotalBytes = value.BytesTotal, Message = value.Note });

    public void Cancel() => _cancellation.Cancel();

    public void End(PullState state, string message) => Become(Latest with { State = state, Message = message });

    /// <summary>The status now and whenever it has changed, up to and including the last one.</summary>
    public async IAsyncEnumerable<PullStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            PullStatus status;
            Task changed;
            lock (_gate)
                (status, changed) = (_latest, _changed.Task);
            yield return status;
            if (status.HasEnded)
                yield break;
            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Become(PullStatus status)
    {
        TaskCompletionSource told;
        lock (_gate)
        {
            var isNews = status.State != _latest.State || status.Message != _latest.Message || clock.GetElapsedTime(_toldAt) >= Pace;
            _latest = status;
            if (!isNews)
                return;
            (told, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
            _toldAt = clock.GetTimestamp();
        }

        told.SetResult();
    }

    private static PullState State(PullStage stage) => stage switch
    {
        PullStage.Connecting => PullState.Connecting,
        PullStage.Downloading => PullState.Downloading,
        PullStage.Verifying => PullState.Verifying,
        _ => PullState.Installing,
    };
}
