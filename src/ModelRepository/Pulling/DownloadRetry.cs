using Polly;
using Polly.Retry;

namespace Lineup.ModelRepository.Pulling;

/// <summary>
/// The one retry of a download. It wraps connecting and reading alike, because a handler under HttpClient never sees a body that
/// breaks half-way, and a second retry there would only multiply the attempts.
/// </summary>
internal static class DownloadRetry
{
    /// <param name="options">How often and how long.</param>
    /// <param name="time">The clock that waits run on.</param>
    /// <param name="retrying">Told in a line why it is tried again, and after which wait.</param>
    public static ResiliencePipeline Create(DownloadOptions options, TimeProvider time, Action<string> retrying) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<PullException>(failure => failure.IsTransient),
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                DelayGenerator = arguments => ValueTask.FromResult(AskedFor(arguments.Outcome.Exception, options.MaxRetryDelay)),
                OnRetry = arguments =>
                {
                    var failure = (PullException)arguments.Outcome.Exception!;
                    retrying($"{failure.What}, trying again in {arguments.RetryDelay.TotalSeconds:0.#} s");
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    // Null leaves the wait to the backoff.
    private static TimeSpan? AskedFor(Exception? failure, TimeSpan limit) =>
        failure is PullException { RetryAfter: { } wait } && wait >= TimeSpan.Zero
            ? TimeSpan.FromTicks(Math.Min(wait.Ticks, limit.Ticks))
            : null;
}
