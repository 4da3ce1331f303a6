using Lineup.Frontend.Errors;
using Lineup.GrainInterfaces.Jobs;
using Lineup.GrainInterfaces.Variants;
using Microsoft.AspNetCore.Mvc;

namespace Lineup.Frontend.Jobs;

/// <summary>The table from what keeps jobs and deletions from going on to RFC 9457 problems.</summary>
internal static class JobProblem
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    public static ProblemDetails? For(JobReply reply)
    {
        var detail = string.Join("; ", reply.Problems);
        switch (reply.Outcome)
        {
            case JobOutcome.Accepted:
                return null;
            case JobOutcome.ModelNotFound:
                return ApiProblem.For(ClassifyOutcome.NotFound, detail);
            case JobOutcome.ModelBusy:
                return Busy(detail, reply.Job);
            case JobOutcome.QueueFull:
                return ApiProblem.Create(429, "Too many jobs wait already", "busy", detail, Retry);
            case JobOutcome.TooLarge:
                return TooLarge(detail);
            default:
                // Each problem for itself, too, for callers that show them where they belong.
                var problem = ApiProblem.BadRequest(detail);
                problem.Extensions["problems"] = reply.Problems;
                return problem;
        }
    }

    public static ProblemDetails? For(UploadReply? reply) => reply?.Outcome switch
    {
        null or UploadOutcome.Ok => null,
        UploadOutcome.Gone => ApiProblem.Create(409, "The job ended during the upload", "job_ended", reply.Reason),
        UploadOutcome.TooLarge => TooLarge(reply.Reason),
        UploadOutcome.Unsupported => ApiProblem.Create(415, "The upload is not a zip archive", "upload_unsupported", reply.Reason),
        _ => ApiProblem.Create(422, "The upload was damaged on its way", "upload_damaged", reply.Reason),
    };

    public static ProblemDetails? For(DeleteReply reply) => reply.Outcome switch
    {
        DeleteOutcome.Deleted => null,
        DeleteOutcome.NotFound => ApiProblem.For(ClassifyOutcome.NotFound, reply.Reason),
        DeleteOutcome.IsOriginal => ApiProblem.Create(409, "The original goes only with its model", "is_original", reply.Reason),
        DeleteOutcome.ModelBusy => Busy(reply.Reason, reply.Job),
        _ => ApiProblem.Create(500, "It could not be deleted", "failed", reply.Reason),
    };

    private static ProblemDetails TooLarge(string? reason) => ApiProblem.Create(413, "The upload is too large", "upload_too_large", reason);

    private static ProblemDetails Busy(string? reason, JobStatus? job)
    {
        var problem = ApiProblem.Create(409, "The model has a job already", "model_busy", reason);
        if (job is not null)
            problem.Extensions["job"] = JobResponse.AddressOf(job);
        return problem;
    }
}
