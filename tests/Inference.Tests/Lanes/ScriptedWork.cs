using System.Collections.Concurrent;
using Lineup.Inference.Lanes;
using Microsoft.Extensions.Time.Testing;

namespace Lineup.Inference.Tests.Lanes;

/// <summary>
/// Work that takes as long as told: by moving a fake clock, or by holding its lane until it is released. Counts how often each of its
/// two ends was called.
/// </summary>
internal sealed class ScriptedWork(string name = "work") : LaneWork, IDisposable
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DropReason?> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _released = new(initialState: true);
    private int _ends;

    public string Name => name;

    public int Size { get; init; } = 1000;

    /// <summary>What it costs the lane, by <see cref="Clock"/>.</summary>
    public TimeSpan Cost { get; init; }

    public FakeTimeProvider? Clock { get; init; }

    /// <summary>Keeps its lane until <see cref="Release"/>.</summary>
    public bool Holds
    {
        init
        {
            if (value)
                _released.Reset();
        }
    }

    /// <summary>Where work notes its name when it is done.</summary>
    public ConcurrentQueue<string>? Log { get; init; }

    /// <summary>Takes only what nobody else wants.</summary>
    public bool Spare { get; init; }

    public LanePriority Urgency { get; init; }

    public override int Bytes => Size;

    public override bool IsSpare => Spare;

    public override LanePriority Priority => Urgency;

    public Task Started => _started.Task;

    /// <summary>Null where it was done, otherwise why it was dropped.</summary>
    public Task<DropReason?> Outcome => _outcome.Task;

    /// <summary>How often it was done or dropped.</summary>
    public int Ends => Volatile.Read(ref _ends);

    public void Release() => _released.Set();

    public override void Execute(Lane lane)
    {
        _started.TrySetResult();
        _released.Wait();
        Clock?.Advance(Cost);
        Log?.Enqueue(name);
        Interlocked.Increment(ref _ends);
        _outcome.TrySetResult(null);
    }

    public override void Drop(DropReason reason)
    {
        Interlocked.Increment(ref _ends);
        _outcome.TrySetResult(reason);
    }

    public void Dispose() => _released.Dispose();
}
