using Lineup.Frontend.Models;

namespace Lineup.Frontend.Page.Shell;

/// <summary>The cluster's models as the page sees them. It reads and never changes anything. Thread-safe.</summary>
internal sealed partial class ModelWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SharedReading<ModelsSnapshot> _reading;
    private readonly ModelDirectory _models;
    private readonly ILogger<ModelWatch> _log;

    public ModelWatch(ModelDirectory models, TimeProvider clock, ILogger<ModelWatch> log)
    {
        (_models, _log) = (models, log);
        _reading = new(ReadNowAsync, Interval, (now, seen) => now.LooksLike(seen), clock);
    }

    /// <summary>The models now or up to a second ago. Without an answer in that time: unreachable, and the reading goes on.</summary>
    public async Task<ModelsSnapshot> ReadAsync(TimeSpan patience, CancellationToken cancellationToken) =>
        await _reading.ReadAsync(patience, cancellationToken) ?? ModelsSnapshot.Unreachable;

    /// <summary>The models now, and again whenever something that a person would notice has changed.</summary>
    public IAsyncEnumerable<ModelsSnapshot> ChangesAsync(CancellationToken cancellationToken) => _reading.ChangesAsync(cancellationToken);

    /// <inheritdoc cref="SharedReading{T}.ReadFreshAsync"/>
    public Task<ModelsSnapshot> ReadFreshAsync(CancellationToken cancellationToken) => _reading.ReadFreshAsync(cancellationToken);

    private async Task<ModelsSnapshot> ReadNowAsync()
    {
        try
        {
            var listing = await _models.ReadAsync();
            return new(listing.Models, listing.Problems, IsReachable: true);
        }
        catch (Exception error)
        {
            // Whatever it is, the page says that the cluster does not answer, and asks again.
            LogUnreachable(_log, error);
            return ModelsSnapshot.Unreachable;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The page could not read the cluster's models")]
    private static partial void LogUnreachable(ILogger log, Exception error);
}
