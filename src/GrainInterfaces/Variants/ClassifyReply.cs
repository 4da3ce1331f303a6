namespace Lineup.GrainInterfaces.Variants;

/// <summary>How a classification ended.</summary>
[GenerateSerializer, Alias("lineup.ClassifyOutcome")]
public enum ClassifyOutcome
{
    Ok,

    /// <summary>There is no such variant.</summary>
    NotFound,

    /// <summary>The variant is still being loaded; try again soon.</summary>
    Loading,

    /// <summary>The variant cannot be served; the reason says why.</summary>
    NotReady,

    /// <summary>Too many requests wait already; try again after RetryAfter.</summary>
    Busy,

    /// <summary>The bytes are not a picture in a known format.</summary>
    UnsupportedImage,

    /// <summary>The picture is damaged, cut off, or larger than the limits.</summary>
    InvalidImage,

    /// <summary>More bytes than the limit.</summary>
    ImageTooLarge,

    /// <summary>There were no bytes.</summary>
    EmptyImage,

    /// <summary>The budget ran out.</summary>
    DeadlineExceeded,

    /// <summary>The caller cancelled.</summary>
    Cancelled,

    /// <summary>The model failed on this picture.</summary>
    Failed,
}

/// <summary>The answer to one picture.</summary>
[GenerateSerializer, Immutable, Alias("lineup.ClassifyReply")]
public sealed record ClassifyReply
{
    [Id(0)]
    public required ClassifyOutcome Outcome { get; init; }

    /// <summary>Why there are no predictions and what to try; null if there are.</summary>
    [Id(1)]
    public string? Reason { get; init; }

    /// <summary>Best classes first.</summary>
    [Id(2)]
    public IReadOnlyList<Prediction> Predictions { get; init; } = [];

    /// <summary>Where the time went on the silo.</summary>
    [Id(3)]
    public StageTimes Times { get; init; }

    /// <summary>When it is worth trying again, for Busy and Loading.</summary>
    [Id(4)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Name of the silo that answered.</summary>
    [Id(5)]
    public required string Silo { get; init; }

    /// <summary>How the replica was when it answered, for those who choose where the next picture goes.</summary>
    [Id(6)]
    public ReplicaLoad Load { get; init; }
}

/// <summary>One class with its probability.</summary>
/// <param name="Index">Index in the model's output.</param>
/// <param name="Id">The class's id, such as a WordNet id; null where the labels have none.</param>
/// <param name="Label">The class's name, or "class N" where the model has no labels.</param>
/// <param name="Probability">0 to 1.</param>
[GenerateSerializer, Immutable, Alias("lineup.Prediction")]
public readonly record struct Prediction(
    [property: Id(0)] int Index, [property: Id(1)] string? Id, [property: Id(2)] string Label, [property: Id(3)] float Probability);

/// <summary>How loaded a replica is.</summary>
/// <param name="Waiting">Pictures of its variant that wait for a lane of its silo.</param>
/// <param name="PredictedWait">Expected wait of a picture sent to it now.</param>
/// <param name="IsLeaving">Its silo is about to stop: send it nothing new if there is another.</param>
[GenerateSerializer, Immutable, Alias("lineup.ReplicaLoad")]
public readonly record struct ReplicaLoad(
    [property: Id(0)] int Waiting, [property: Id(1)] TimeSpan PredictedWait, [property: Id(2)] bool IsLeaving);

/// <summary>Where a request's time went on its silo.</summary>
/// <param name="Queue">Waiting for a lane, and for the variant to load.</param>
/// <param name="Decode">Decoding, resizing and normalising the picture.</param>
/// <param name="Inference">The model's run with softmax and top-k.</param>
/// <param name="Total">From arrival at the silo to the answer.</param>
/// <param name="DecodeShared">The picture had been decoded for another variant of the same comparison; Decode says what that took.</param>
[GenerateSerializer, Immutable, Alias("lineup.StageTimes")]
public readonly record struct StageTimes(
    [property: Id(0)] TimeSpan Queue,
    [property: Id(1)] TimeSpan Decode,
    [property: Id(2)] TimeSpan Inference,
    [property: Id(3)] TimeSpan Total,
    [property: Id(4)] bool DecodeShared);
