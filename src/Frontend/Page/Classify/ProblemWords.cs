using Lineup.Frontend.Page.Texts;
using static Lineup.Frontend.Page.Texts.Texts;

namespace Lineup.Frontend.Page.Classify;

/// <summary>Says what went wrong with a picture, and what to do, to a person who knows nothing of HTTP.</summary>
internal static class ProblemWords
{
    public static (string Title, string? Advice) Explain(Problem problem, PictureRun run, long maxBytes) => problem.Code switch
    {
        "image_unsupported" => (Text.ProblemNotImage, Text.ProblemNotImageAdvice),
        "upload_too_large" => (Text.ProblemTooLarge, run.Bytes > maxBytes
            ? Say(Text.ProblemTooLargeAdvice, Figures.Size(run.Bytes), Figures.Size(maxBytes))
            : Say(Text.ProblemTooLargeUnknown, Figures.Size(maxBytes))),
        "image_invalid" => (Text.ProblemInvalid, problem.Detail),
        "image_empty" => (Text.ProblemEmpty, Text.ProblemEmptyAdvice),
        "busy" => (Text.ProblemBusy, Text.ProblemBusyAdvice),
        "loading" => (Text.ProblemLoading, Say(Text.ProblemLoadingAdvice, run.Choice)),
        "rate_limited" => (Text.ProblemRateLimited, Text.ProblemRateLimitedAdvice),
        "key_missing" => (Text.ProblemKeyMissing, Text.ProblemKeyAdvice),
        "key_wrong" or "key_not_allowed" => (Text.ProblemKeyWrong, Text.ProblemKeyAdvice),
        "not_ready" => (Text.ProblemNotReady, problem.Detail),
        "deadline_exceeded" or "upload_too_slow" => (Text.ProblemDeadline, Text.ProblemDeadlineAdvice),
        "unreachable" => (Text.ProblemUnreachable, Text.ProblemUnreachableAdvice),
        "not_found" => (Text.ProblemGone, Text.ProblemGoneAdvice),
        "cluster_unavailable" => (Text.ProblemCluster, Text.ProblemClusterAdvice),
        _ => (problem.Title ?? Text.ProblemOther, problem.Detail),
    };

    /// <summary>Whether the same picture may fare better later.</summary>
    public static bool IsWorthRepeating(Problem problem) =>
        problem.Code is not ("image_unsupported" or "upload_too_large" or "image_invalid" or "image_empty" or "not_found");
}
