using System.Text.Json;
using Lineup.GrainInterfaces.Jobs;

namespace Lineup.Frontend.Jobs;

/// <summary>The jobs of a model, or of all, the latest first.</summary>
public sealed record JobListResponse(IReadOnlyList<JobResponse> Jobs);

/// <summary>Everything that a compress job decided, one line each.</summary>
public sealed record JobPlanResponse(string Job, IReadOnlyList<string> Plan);

/// <summary>Sets of pictures that lie on the silos.</summary>
public sealed record DataSetListResponse(IReadOnlyList<string> DataSets);

/// <summary>A job at one moment.</summary>
public sealed record JobResponse
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required JobKind Kind { get; init; }

    public required JobState State { get; init; }

    /// <summary>Where it can be read, and cancelled by DELETE.</summary>
    public required string Address { get; init; }

    /// <summary>Where its progress comes as server-sent events.</summary>
    public required string Events { get; init; }

    /// <summary>What it is busy with.</summary>
    public string? Stage { get; init; }

    /// <summary>How much of the stage (or, while uploading, of the upload) is done, 0 to 1.</summary>
    public double? Fraction { get; init; }

    /// <summary>Expected time to the end of the stage, not of the job.</summary>
    public double? TimeLeftMs { get; init; }

    /// <summary>One sentence for people: what goes on, why it failed, or what came of it.</summary>
    public string? Message { get; init; }

    /// <summary>Jobs that are before it on its silo, while it is queued.</summary>
    public int? Ahead { get; init; }

    public required string Silo { get; init; }

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Ended { get; init; }

    /// <summary>Name of the data set or of the uploaded archive.</summary>
    public string? Pictures { get; init; }

    public long? UploadedBytes { get; init; }

    /// <summary>What was asked for, of a compress job.</summary>
    public CompressOrder? Compress { get; init; }

    /// <summary>What was asked for, of an evaluate job.</summary>
    public EvaluateOrder? Evaluate { get; init; }

    /// <summary>Variants made or measured so far. They stay where the job fails later.</summary>
    public required IReadOnlyList<string> Finished { get; init; }

    /// <summary>What came of it, once it is done.</summary>
    public JobResultResponse? Result { get; init; }

    /// <summary>It failed because of a variant that `force=true` would have kept or replaced.</summary>
    public bool Refused { get; init; }

    public static string AddressOf(JobStatus job) => $"/api/models/{job.Model}/jobs/{job.Id}";

    public static JobResponse From(JobStatus job) => new()
    {
        Id = job.Id,
        Model = job.Model,
        Kind = job.Kind,
        State = job.State,
        Address = AddressOf(job),
        Events = $"{AddressOf(job)}/events",
        Stage = job.Stage,
        Fraction = job.Fraction,
        TimeLeftMs = job.TimeLeft is { } left ? Math.Round(left.TotalMilliseconds) : null,
        Message = job.Message,
        Ahead = job.Ahead,
        Silo = job.Silo,
        Created = job.Created,
        Started = job.Started,
        Ended = job.Ended,
        Pictures = job.Request.DataSet ?? job.Request.Upload?.Name,
        UploadedBytes = job.UploadedBytes,
        Compress = job.Request.Compress,
        Evaluate = job.Request.Evaluate,
        Finished = job.Finished,
        Refused = job.Refused,
        Result = job.Result is { } result ? JobResultResponse.From(result) : null,
    };
}

/// <summary>What came of a job: the variants that were made, the report of an evaluation, or the plan that a dry run was to tell.</summary>
public sealed record JobResultResponse(IReadOnlyList<MadeVariantResponse> Variants, JsonElement? Evaluation, IReadOnlyList<string>? Plan)
{
    public static JobResultResponse From(JobResult result) => new(
        [.. result.Variants.Select(MadeVariantResponse.From)],
        result.Evaluation is { } report ? JsonSerializer.Deserialize<JsonElement>(report) : null,
        result.Plan is { Count: > 0 } plan ? plan : null);
}

/// <summary>A variant that was made.</summary>
public sealed record MadeVariantResponse
{
    public required string Name { get; init; }

    /// <summary>Size of the ONNX file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Its size after deflate.</summary>
    public required long CompressedBytes { get; init; }

    /// <summary>Size of the file in packed form, for transport.</summary>
    public required long PackedBytes { get; init; }

    /// <summary>Share of held-out pictures with the original's best class, 0 to 1.</summary>
    public double? Agreement { get; init; }

    /// <summary>Mean divergence KL(original || variant) on held-out pictures, in nats.</summary>
    public double? Kl { get; init; }

    public required double ElapsedMs { get; init; }

    /// <summary>What was done, in order, with the choices made.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>Why it should not have been kept, had it not been for force.</summary>
    public string? Complaint { get; init; }

    public static MadeVariantResponse From(MadeVariant variant) => new()
    {
        Name = variant.Name,
        Bytes = variant.Bytes,
        CompressedBytes = variant.CompressedBytes,
        PackedBytes = variant.PackedBytes,
        Agreement = variant.Agreement,
        Kl = variant.Kl,
        ElapsedMs = Math.Round(variant.Elapsed.TotalMilliseconds),
        Steps = variant.Steps,
        Complaint = variant.Complaint,
    };
}
