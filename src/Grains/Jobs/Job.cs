using System.Runtime.CompilerServices;
using Lineup.GrainInterfaces.Jobs;

namespace Lineup.Grains.Jobs;

/// <summary>One job's life as its watchers see it, told by whoever works on it. Thread-safe.</summary>
#pragma warning disable CA1001 // A CancellationTokenSource without a timer, whose wait handle nobody asks for, holds nothing to dispose.
internal sealed class Job
#pragma warning restore CA1001
{
    /// <summary>Watchers are told of progress no more often than an eye can follow.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Before so much of a stage is done, how long the rest will take is anybody's guess.</summary>
    private const double TellingFraction = 0.02;

    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancellation = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JobStatus _latest;
    private long _toldAt;
    private long _stageBegan;
    private bool _cancelled;

    public Job(JobStatus first, TimeProvider clock)
    {
        (_latest, _clock) = (first, clock);
        Id = first.Id;
    }

    public string Id { get; }

    /// <summary>Ends the work; <see cref="WasCancelled"/> tells whether on somebody's wish.</summary>
    public CancellationToken Stop => _cancellation.Token;

    /// <summary>Whether somebody asked for the end, where otherwise the silo stops.</summary>
    public bool WasCancelled
    {
        get
        {
            lock (_gate)
                return _cancelled;
        }
    }

    /// <summary>Everything that was decided, for people to read; empty until a compression is done.</summary>
    public IReadOnlyList<string> Plan { get; set; } = [];

    public JobStatus Latest
    {
        get
        {
            lock (_gate)
                return _latest;
        }
    }

    public void Cancel()
    {
        lock (_gate)
        {
            if (_latest.HasEnded)
                return;
            _cancelled = true;
        }

        Change(status => status with { Message = "Being cancelled.", TimeLeft = null });
        _cancellation.Cancel();
    }

    public void StopForSilo() => _cancellation.Cancel();

    public void Uploaded(long bytes) => Change(status => status with
    {
        UploadedBytes = bytes,
        Fraction = status.Request.Upload?.Bytes is > 0 and var all ? Math.Min(1d * bytes / all, 1) : null,
    });

    public void Queued(int ahead) => Change(status => status.State is JobState.Uploading or JobState.Queued
        ? status with
        {
            State = JobState.Queued,
            Fraction = null,
            Ahead = ahead,
            Message = ahead == 0 ? "Begins now." : $"Waits for {ahead} {(ahead == 1 ? "job" : "jobs")} of this silo.",
        }
        : status);

    public void Begin() => Change(status => status with
    {
        State = JobState.Running,
        Started = _clock.GetUtcNow(),
        Ahead = null,
        Fraction = null,
        Stage = "reading",
        Message = "Reads the model and the pictures.",
    });

    /// <summary>Tells how much of a stage is done.</summary>
    public void Report(string stage, long done, long total) => Change(status =>
    {
        if (status.Stage != stage)
            _stageBegan = _clock.GetTimestamp();
        var fraction = total > 0 ? Math.Clamp(1d * done / total, 0, 1) : 0;
        return status with
        {
            Stage = stage,
            Fraction = Math.Round(fraction, 4),
            TimeLeft = fraction >= TellingFraction && !_cancelled ? _clock.GetElapsedTime(_stageBegan) * ((1 - fraction) / fraction) : null,
            Message = _cancelled ? status.Message : total > 1 ? $"{stage}, {done} of {total}" : stage,
        };
    });

    public void Finish(string variant) => Change(status => status with { Finished = status.Finished.Append(variant).ToArray() });

    /// <summary>What the status will be when the job has ended that way.</summary>
    public JobStatus Ending(JobState state, string message, JobResult? result = null) => Latest with
    {
        State = state,
        Message = message,
        Result = result,
        Fraction = state == JobState.Done ? 1 : Latest.Fraction,
        TimeLeft = null,
        Ahead = null,
        Ended = _clock.GetUtcNow(),
    };

    /// <summary>Ends the job; the last that watchers are told.</summary>
    public void End(JobStatus ending) => Change(_ => ending);

    /// <summary>The status now and whenever it has changed, up to and including the last one.</summary>
    public async IAsyncEnumerable<JobStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            JobStatus status;
            Task changed;
            lock (_gate)
                (status, changed) = (_latest, _changed.Task);
            yield return status;
            if (status.HasEnded)
                yield break;
            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Change(Func<JobStatus, JobStatus> change)
    {
        TaskCompletionSource told;
        lock (_gate)
        {
            if (_latest.HasEnded)
                return;
            var status = change(_latest);
            if (status == _latest)
                return;
            var isNews = status.State != _latest.State || status.Stage != _latest.Stage || status.Ahead != _latest.Ahead
                || status.Finished.Count != _latest.Finished.Count || _clock.GetElapsedTime(_toldAt) >= Pace;
            _latest = status;
            if (!isNews)
                return;
            (told, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
            _toldAt = _clock.GetTimestamp();
        }

        told.SetResult();
    }
}
