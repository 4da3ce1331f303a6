using Orleans.Runtime;

namespace Lineup.Frontend.Clustering;

/// <summary>Lets a frontend wait for its cluster, however long that takes, and say from time to time what keeps it waiting.</summary>
internal sealed partial class JoinRetry(TimeProvider clock, ILogger<JoinRetry> log) : IClientConnectionRetryFilter
{
    /// <summary>Between attempts.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    private long? _said;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_said is null || clock.GetElapsedTime(_said.Value) >= BetweenLines)
        {
            _said = clock.GetTimestamp();
            Waiting(log, exception.GetBaseException().Message.ReplaceLineEndings(" "));
        }

        await Task.Delay(Delay, clock, cancellationToken);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Waiting for the cluster: {Reason}")]
    private static partial void Waiting(ILogger log, string reason);
}
