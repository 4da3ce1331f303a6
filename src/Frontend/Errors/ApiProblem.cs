using System.Globalization;
using Lineup.GrainInterfaces.Variants;
using Microsoft.AspNetCore.Mvc;

namespace Lineup.Frontend.Errors;

/// <summary>
/// The one table from outcomes to RFC 9457 problems. Busy is 429 and not 503: the service is well and the client should slow down,
/// whereas balancers count 503 as a sick backend. Each problem carries a stable "code"; those worth repeating carry "retryAfterMs" and
/// the header Retry-After.
/// </summary>
internal static class ApiProblem
{
    public static ProblemDetails For(ClassifyOutcome outcome, string? reason, TimeSpan? retryAfter = null)
    {
        var (status, title, code) = outcome switch
        {
            ClassifyOutcome.EmptyImage => (400, "There is no picture", "image_empty"),
            ClassifyOutcome.NotFound => (404, "There is no such model or variant", "not_found"),
            ClassifyOutcome.ImageTooLarge => (413, "The upload is too large", "upload_too_large"),
            ClassifyOutcome.UnsupportedImage => (415, "The upload is not a picture that can be read", "image_unsupported"),
            ClassifyOutcome.InvalidImage => (422, "The picture cannot be classified", "image_invalid"),
            ClassifyOutcome.Busy => (429, "The variant is busy", "busy"),
            ClassifyOutcome.Loading => (503, "The variant is loading", "loading"),
            ClassifyOutcome.NotReady => (503, "The variant cannot be served", "not_ready"),
            ClassifyOutcome.DeadlineExceeded => (504, "The deadline passed", "deadline_exceeded"),
            _ => (500, "The classification failed", "failed"),
        };
        return Create(status, title, code, reason, retryAfter);
    }

    public static ProblemDetails BadRequest(string detail) => Create(400, "The request cannot be understood", "bad_request", detail);

    public static ProblemDetails UploadTooSlow { get; } = Create(
        408, "The upload was too slow", "upload_too_slow", "The upload stalled or took too long. Send it again over a better connection, or send a smaller picture.");

    public static ProblemDetails ClusterUnavailable { get; } = Create(
        503, "The cluster cannot be reached", "cluster_unavailable", "No silo answers. Try again in a moment.", TimeSpan.FromSeconds(2));

    public static ProblemDetails Create(int status, string title, string code, string? detail, TimeSpan? retryAfter = null)
    {
        var problem = new ProblemDetails { Status = status, Title = title, Detail = detail };
        problem.Extensions["code"] = code;
        if (retryAfter is { } wait)
            problem.Extensions["retryAfterMs"] = Math.Ceiling(wait.TotalMilliseconds);
        return problem;
    }

    /// <summary>Writes a problem with the headers that belong to it.</summary>
    public static IResult ToResult(this ProblemDetails problem) => new Result(problem);

    private sealed class Result(ProblemDetails problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (problem.Extensions.TryGetValue("retryAfterMs", out var wait))
                httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling((double)wait! / 1000)).ToString(CultureInfo.InvariantCulture);
            httpContext.RequestServices.GetRequiredService<ProblemMetrics>().Answered((string)problem.Extensions["code"]!);
            return TypedResults.Problem(problem).ExecuteAsync(httpContext);
        }
    }
}
