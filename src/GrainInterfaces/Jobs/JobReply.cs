namespace Lineup.GrainInterfaces.Jobs;

/// <summary>How an attempt to begin a job ended.</summary>
[GenerateSerializer, Alias("lineup.JobOutcome")]
public enum JobOutcome
{
    /// <summary>The job has begun, or waits for its upload.</summary>
    Accepted,

    /// <summary>There is no such model.</summary>
    ModelNotFound,

    /// <summary>The request cannot be followed; the problems say why, all of them.</summary>
    Invalid,

    /// <summary>The model has a job already, which the reply names, or is being deleted.</summary>
    ModelBusy,

    /// <summary>As many jobs wait on the silo as may.</summary>
    QueueFull,

    /// <summary>The upload is larger than is allowed, or than the disk has room for.</summary>
    TooLarge,
}

/// <summary>What became of a request for a job.</summary>
[GenerateSerializer, Immutable, Alias("lineup.JobReply")]
public sealed record JobReply
{
    [Id(0)]
    public required JobOutcome Outcome { get; init; }

    /// <summary>What speaks against it, one sentence each; empty where it was accepted.</summary>
    [Id(1)]
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The job that was begun, or the one that is under way; null otherwise.</summary>
    [Id(2)]
    public JobStatus? Job { get; init; }
}

/// <summary>How a piece of an upload fared.</summary>
[GenerateSerializer, Alias("lineup.UploadOutcome")]
public enum UploadOutcome
{
    Ok,

    /// <summary>The job has ended meanwhile, or takes no upload; the reason says why.</summary>
    Gone,

    /// <summary>More came than is allowed, or than the disk has room for. The job has failed.</summary>
    TooLarge,

    /// <summary>It is not a zip archive. The job has failed.</summary>
    Unsupported,

    /// <summary>What came is not what was sent. The job has failed.</summary>
    Damaged,
}

/// <summary>What became of a piece of an upload.</summary>
[GenerateSerializer, Immutable, Alias("lineup.UploadReply")]
public sealed record UploadReply([property: Id(0)] UploadOutcome Outcome, [property: Id(1)] string? Reason, [property: Id(2)] JobStatus? Job);

/// <summary>A piece of an upload. Immutable: within a process the bytes are handed over, not copied.</summary>
[GenerateSerializer, Immutable, Alias("lineup.UploadChunk")]
public sealed record UploadChunk
{
    /// <summary>Most bytes of one piece: small enough to stay out of the large-object heap and in one message.</summary>
    public const int MaxBytes = 512 * 1024;

    /// <summary>The job's id.</summary>
    [Id(0)]
    public required string Job { get; init; }

    /// <summary>Bytes of the upload before this piece.</summary>
    [Id(1)]
    public required long Offset { get; init; }

    /// <summary>Nobody may change the memory until the reply has come.</summary>
    [Id(2)]
    public required ReadOnlyMemory<byte> Bytes { get; init; }
}

/// <summary>How an attempt to delete ended.</summary>
[GenerateSerializer, Alias("lineup.DeleteOutcome")]
public enum DeleteOutcome
{
    Deleted,

    /// <summary>There is no such model or variant.</summary>
    NotFound,

    /// <summary>The original goes only with its model.</summary>
    IsOriginal,

    /// <summary>A job runs on the model.</summary>
    ModelBusy,

    /// <summary>The disk did not let it; the reason says why.</summary>
    Failed,
}

/// <summary>What became of a request to delete.</summary>
[GenerateSerializer, Immutable, Alias("lineup.DeleteReply")]
public sealed record DeleteReply([property: Id(0)] DeleteOutcome Outcome, [property: Id(1)] string? Reason, [property: Id(2)] JobStatus? Job);
