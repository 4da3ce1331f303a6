using System.Diagnostics;
using Lineup.Inference.Imaging;
using Lineup.Inference.Lanes;
using Lineup.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Inference.Serving;

/// <summary>One request on its way through a lane: decode, run, top-k; or the reason why not.</summary>
internal sealed class ClassificationWork(
    LoadedVariant variant, ClassificationRequest request, ServingRuntime runtime, long arrived) : LaneWork
{
    private readonly ActivityContext _trace = ServingTraces.Current();

    // Continuations run elsewhere: a lane's thread never serves a connection or a grain.
    private readonly TaskCompletionSource<ClassificationOutcome> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override int Bytes => request.Image.Length;

    public override bool IsSpare => request.IsSpare;

    public override LanePriority Priority => request.Priority;

    public Task<ClassificationOutcome> Answer => _answer.Task;

    /// <summary>Takes the request off its queue if no lane has begun it.</summary>
    public void Cancel() => runtime.Lanes.Cancel(this);

    public override void Execute(Lane lane)
    {
        ClassificationOutcome outcome;
        try
        {
            outcome = Classify(lane);
        }
        catch (OnnxRuntimeException error)
        {
            outcome = new(ClassificationStatus.Failed)
            {
                Reason = $"ONNX Runtime failed on this picture: {error.Message.ReplaceLineEndings(" ")}",
                Cause = ClassificationCause.RuntimeError,
            };
        }
#pragma warning disable CA1031 // A lane must outlive any bug in what it runs; the bug goes to the one who waits.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _answer.SetException(error);
            return;
        }

        _answer.SetResult(outcome);
    }

    public override void Drop(DropReason reason) => _answer.SetResult(reason switch
    {
        DropReason.DeadlineExceeded => new(ClassificationStatus.DeadlineExceeded)
        {
            Reason = "The deadline passed while the request waited for a lane. Allow more time or try again later.",
            Cause = ClassificationCause.WaitedTooLong,
            Times = new(runtime.Clock.GetElapsedTime(arrived), default, default, runtime.Clock.GetElapsedTime(arrived), false),
        },
        DropReason.Cancelled => new(ClassificationStatus.Cancelled) { Reason = "The caller has gone." },
        _ => new(ClassificationStatus.NotReady)
        {
            Reason = "The silo is shutting down. Try again.",
            Cause = ClassificationCause.ShuttingDown,
            RetryAfter = TimeSpan.FromSeconds(1),
        },
    });

    private ClassificationOutcome Classify(Lane lane)
    {
        var slot = variant.Session.TryRent();
        if (slot is null)
        {
            return new(ClassificationStatus.NotReady)
            {
                Reason = "The variant was unloaded while the request waited. Try again.",
                Cause = ClassificationCause.Unloaded,
            };
        }

        try
        {
            return Classify(lane, slot);
        }
        finally
        {
            variant.Session.Return(slot);
        }
    }

    private ClassificationOutcome Classify(Lane lane, RunSlot slot)
    {
        var started = runtime.Clock.GetTimestamp();
        Trace("queue", runtime.Clock.GetElapsedTime(arrived, started));
        if (Decode(lane, slot, out var decode, out var shared) is { } fault)
        {
            return new(ClassificationStatus.InvalidImage)
            {
                Reason = fault.Message,
                Cause = ClassificationCause.Of(fault.Error),
                ImageError = fault.Error,
                Times = Times(started, decode, default, shared),
            };
        }

        var running = runtime.Clock.GetTimestamp();
        slot.Run();
        var best = TopK.Select(slot.Scores, variant.Session.Output, request.Top);
        var times = Times(started, decode, runtime.Clock.GetElapsedTime(running), shared);
        Trace("inference", times.Inference);
        return float.IsFinite(best[0].Probability)
            ? new(ClassificationStatus.Ok) { Predictions = best, Labels = variant.Labels, Times = times }
            : new(ClassificationStatus.Failed)
            {
                Reason = "The model gave scores that are not finite for this picture.",
                Cause = ClassificationCause.ScoresNotFinite,
                Times = times,
            };
    }

    private ImageFault? Decode(Lane lane, RunSlot slot, out TimeSpan decode, out bool shared)
    {
        decode = default;
        shared = request.Comparison is { } id && runtime.Decoded.TryCopy(id, slot.Input, out decode);
        if (shared)
            return null;

        var started = runtime.Clock.GetTimestamp();
        var fault = lane.Decoder.Decode(request.Image.Span, variant.Session.Input, slot.Input);
        decode = runtime.Clock.GetElapsedTime(started);
        Trace("decode", decode);
        if (fault is null && request.Comparison is { } comparison)
            runtime.Decoded.Add(comparison, slot.Input, decode);
        return fault;
    }

    private void Trace(string stage, TimeSpan length)
    {
        if (_trace != default)
            ServingTraces.Ended(_trace, stage, variant, runtime.Clock.GetUtcNow(), length);
    }

    private StageTimes Times(long started, TimeSpan decode, TimeSpan inference, bool shared) =>
        new(runtime.Clock.GetElapsedTime(arrived, started), decode, inference, runtime.Clock.GetElapsedTime(arrived), shared);
}
