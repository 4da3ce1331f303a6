using System.Runtime.CompilerServices;
using Lineup.Frontend.Models;

namespace Lineup.Frontend.Page.Shell;

/// <summary>
/// The cluster's models as the page sees them, read once for all who look at the same time. It reads and never changes anything.
/// Thread-safe.
/// </summary>
internal sealed partial class ModelWatch(ModelDirectory models, TimeProvider clock, ILogger<ModelWatch> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<ModelsSnapshot>? _reading;
    private long _begun;

    /// <summary>The models now or up to a second ago. Without an answer in that time: unreachable, and the reading goes on.</summary>
    public async Task<ModelsSnapshot> ReadAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var reading = Begin();
        try
        {
            return await reading.WaitAsync(patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return ModelsSnapshot.Unreachable;
        }
    }

    /// <summary>The models now, and again whenever something that a person would notice has changed.</summary>
    public async IAsyncEnumerable<ModelsSnapshot> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ModelsSnapshot? seen = null;
        while (true)
        {
            var now = await Begin().WaitAsync(cancellationToken);
            if (seen is null || !now.LooksLike(seen))
                yield return seen = now;
            await Task.Delay(Interval, clock, cancellationToken);
        }
    }

    private Task<ModelsSnapshot> Begin()
    {
        lock (_lock)
        {
            if (_reading is null || (_reading.IsCompleted && clock.GetElapsedTime(_begun) >= Interval))
                (_reading, _begun) = (Task.Run(ReadNowAsync), clock.GetTimestamp());
            return _reading;
        }
    }

    private async Task<ModelsSnapshot> ReadNowAsync()
    {
        try
        {
            var listing = await models.ReadAsync();
            return new(listing.Models, listing.Problems, IsReachable: true);
        }
        catch (Exception error)
        {
            // Whatever it is, the page says that the cluster does not answer, and asks again.
            LogUnreachable(error);
            return ModelsSnapshot.Unreachable;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The page could not read the cluster's models")]
    private partial void LogUnreachable(Exception error);
}
