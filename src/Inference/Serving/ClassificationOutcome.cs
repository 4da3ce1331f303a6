using Lineup.Inference.Imaging;
using Lineup.Inference.Lanes;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Storage;

namespace Lineup.Inference.Serving;

/// <summary>How a request for a classification ended.</summary>
public enum ClassificationStatus
{
    Ok,
    NotFound,
    Loading,
    NotReady,
    Busy,
    InvalidImage,
    DeadlineExceeded,
    Cancelled,
    Failed,
}

/// <summary>Where a request's time went on the silo. <paramref name="Decode"/> covers resize and normalisation too.</summary>
/// <param name="Queue">Waiting for a lane, loading of the variant included.</param>
/// <param name="Decode">Encoded bytes to input tensor.</param>
/// <param name="Inference">The run itself, with softmax and top-k.</param>
/// <param name="Total">From the request's arrival at the silo to its answer.</param>
/// <param name="DecodeShared">The tensor was decoded for another variant of the same comparison; Decode says what it took then.</param>
public readonly record struct StageTimes(TimeSpan Queue, TimeSpan Decode, TimeSpan Inference, TimeSpan Total, bool DecodeShared);

/// <summary>What came of a request: the best classes, or why there are none.</summary>
public sealed record ClassificationOutcome(ClassificationStatus Status)
{
    /// <summary>Why it did not succeed and what to try, for the caller; null on success.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in one of the words of <see cref="ClassificationCause"/>, for metrics; empty where the status says it all.</summary>
    public string Cause { get; init; } = "";

    /// <summary>Best classes first; empty unless <see cref="ClassificationStatus.Ok"/>.</summary>
    public IReadOnlyList<ScoredClass> Predictions { get; init; } = [];

    /// <summary>Names of all classes, by index; null where the model has none.</summary>
    public IReadOnlyList<ClassLabel>? Labels { get; init; }

    public StageTimes Times { get; init; }

    /// <summary>When it is worth trying again, for Busy and Loading.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What is wrong with the picture, for InvalidImage.</summary>
    public ImageError? ImageError { get; init; }
}

/// <summary>One picture to classify.</summary>
/// <param name="Image">The encoded bytes. They must not change until the answer has come.</param>
/// <param name="Top">Number of classes wanted, at least 1.</param>
/// <param name="Budget">Time within which the answer is worth having.</param>
/// <param name="Comparison">Requests with the same id carry the same picture for variants of one model, and share its decoding.</param>
/// <param name="IsSpare">Only worth what nobody else wants: turned away unless the variant is loaded and a lane is free.</param>
/// <param name="Priority">How urgent it is.</param>
public readonly record struct ClassificationRequest(
    ReadOnlyMemory<byte> Image, int Top, TimeSpan Budget, Guid? Comparison = null, bool IsSpare = false,
    LanePriority Priority = LanePriority.Interactive);
