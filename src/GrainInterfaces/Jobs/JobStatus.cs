namespace Lineup.GrainInterfaces.Jobs;

/// <summary>Where a job is in its life.</summary>
[GenerateSerializer, Alias("lineup.JobState")]
public enum JobState
{
    /// <summary>Its pictures are on their way.</summary>
    Uploading,

    /// <summary>It waits for its turn: a silo works on one job at a time.</summary>
    Queued,
    Running,
    Done,

    /// <summary>The message says why.</summary>
    Failed,
    Cancelled,
}

/// <summary>A job at one moment.</summary>
[GenerateSerializer, Immutable, Alias("lineup.JobStatus")]
public sealed record JobStatus
{
    /// <summary>The job's id, unique for all models.</summary>
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required string Model { get; init; }

    /// <summary>What was asked for.</summary>
    [Id(2)]
    public required JobRequest Request { get; init; }

    [Id(3)]
    public required JobState State { get; init; }

    /// <summary>What the job is busy with, such as "int8: trying ranges"; null until it runs.</summary>
    [Id(4)]
    public string? Stage { get; init; }

    /// <summary>How much of the stage is done, 0 to 1; while uploading, of the upload. Null where it is not known.</summary>
    [Id(5)]
    public double? Fraction { get; init; }

    /// <summary>Expected time to the end of the stage, not of the job; null where it is not known yet.</summary>
    [Id(6)]
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>One sentence for people: what goes on now, why it failed, or what came of it.</summary>
    [Id(7)]
    public string? Message { get; init; }

    /// <summary>Jobs that are before it on its silo; null unless queued.</summary>
    [Id(8)]
    public int? Ahead { get; init; }

    /// <summary>Name of the silo that works on it.</summary>
    [Id(9)]
    public required string Silo { get; init; }

    [Id(10)]
    public required DateTimeOffset Created { get; init; }

    /// <summary>When its work began; null until then.</summary>
    [Id(11)]
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended; null until then.</summary>
    [Id(12)]
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Bytes of the upload that have come; null where there is none.</summary>
    [Id(13)]
    public long? UploadedBytes { get; init; }

    /// <summary>Variants that it has made or, in an evaluation, measured so far; they stay where a job fails later.</summary>
    [Id(14)]
    public IReadOnlyList<string> Finished { get; init; } = [];

    /// <summary>What came of it; null unless done.</summary>
    [Id(15)]
    public JobResult? Result { get; init; }

    /// <summary>It failed because of a variant that <see cref="CompressOrder.Force"/> would have kept or replaced.</summary>
    [Id(16)]
    public bool Refused { get; init; }

    public JobKind Kind => Request.Kind;

    public bool HasEnded => State is JobState.Done or JobState.Failed or JobState.Cancelled;
}

/// <summary>What came of a job.</summary>
[GenerateSerializer, Immutable, Alias("lineup.JobResult")]
public sealed record JobResult
{
    /// <summary>The variants that were made; empty for an evaluation and for a dry run.</summary>
    [Id(0)]
    public IReadOnlyList<MadeVariant> Variants { get; init; } = [];

    /// <summary>The report of an evaluation, the same JSON as <c>lineup evaluate --output</c> writes; null for a compression.</summary>
    [Id(1)]
    public string? Evaluation { get; init; }

    /// <summary>What a dry run says would be done, line by line; empty otherwise.</summary>
    [Id(2)]
    public IReadOnlyList<string> Plan { get; init; } = [];
}

/// <summary>A variant that a job has made.</summary>
[GenerateSerializer, Immutable, Alias("lineup.MadeVariant")]
public sealed record MadeVariant
{
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Size of the ONNX file.</summary>
    [Id(1)]
    public required long Bytes { get; init; }

    /// <summary>Its size after deflate.</summary>
    [Id(2)]
    public required long CompressedBytes { get; init; }

    /// <summary>Share of held-out pictures with the original's best class, 0 to 1; null where there were no pictures.</summary>
    [Id(3)]
    public double? Agreement { get; init; }

    /// <summary>Mean divergence KL(original || variant) on held-out pictures, in nats; null where there were no pictures.</summary>
    [Id(4)]
    public double? Kl { get; init; }

    /// <summary>Time it took to make and verify.</summary>
    [Id(5)]
    public required TimeSpan Elapsed { get; init; }

    /// <summary>What was done, in order, with the choices made.</summary>
    [Id(6)]
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>Why it should not have been kept, had it not been for force; null if it passed its verification.</summary>
    [Id(7)]
    public string? Complaint { get; init; }

    /// <summary>Size of the file in packed form, for transport.</summary>
    [Id(8)]
    public long PackedBytes { get; init; }
}
