using Lineup.Frontend.Models;
using Lineup.Frontend.Page.Shell;
using Lineup.Frontend.Page.Texts;
using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Jobs;

namespace Lineup.Frontend.Page.Models;

/// <summary>Pulls and jobs as the page sees them. It reads and never changes anything. Thread-safe.</summary>
internal sealed partial class WorkWatch
{
    /// <summary>Half a second: progress that moves less often looks stuck.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>A catalog may lie behind an address far away, and changes rarely.</summary>
    private static readonly TimeSpan CatalogInterval = TimeSpan.FromSeconds(10);

    private readonly SharedReading<WorkSnapshot> _reading;
    private readonly SharedReading<CatalogListing> _catalog;
    private readonly IGrainFactory _grains;
    private readonly ModelDirectory _models;
    private readonly ILogger<WorkWatch> _log;

    public WorkWatch(IGrainFactory grains, ModelDirectory models, TimeProvider clock, ILogger<WorkWatch> log)
    {
        (_grains, _models, _log) = (grains, models, log);
        _reading = new(ReadNowAsync, Interval, (now, seen) => now.LooksLike(seen), clock);
        _catalog = new(ReadCatalogAsync, CatalogInterval, (now, seen) => now.Offers.SequenceEqual(seen.Offers), clock);
    }

    /// <summary>What goes on now. Without an answer in that time: unreachable, and the reading goes on.</summary>
    public async Task<WorkSnapshot> ReadAsync(TimeSpan patience, CancellationToken cancellationToken) =>
        await _reading.ReadAsync(patience, cancellationToken) ?? WorkSnapshot.Unreachable;

    /// <summary>What goes on now, and again whenever that has changed.</summary>
    public IAsyncEnumerable<WorkSnapshot> ChangesAsync(CancellationToken cancellationToken) => _reading.ChangesAsync(cancellationToken);

    /// <inheritdoc cref="SharedReading{T}.ReadFreshAsync"/>
    public Task<WorkSnapshot> ReadFreshAsync(CancellationToken cancellationToken) => _reading.ReadFreshAsync(cancellationToken);

    private async Task<WorkSnapshot> ReadNowAsync()
    {
        try
        {
            // A catalog that is slow to come holds up nothing else.
            var catalog = await _catalog.ReadAsync(Interval, CancellationToken.None);
            var pulls = Task.WhenAll((catalog?.Offers ?? []).Select(offer => _grains.GetGrain<IModelPullGrain>(offer.Name).GetStatus()));
            var models = (await _models.ListAsync()).Models;
            var jobs = await Task.WhenAll(models.Select(async model => await _grains.GetGrain<IModelJobGrain>(model.Name).List() is [var latest, ..] ? latest : null));
            return new(catalog, await pulls, [.. jobs.OfType<JobStatus>()]);
        }
        catch (Exception error)
        {
            // Whatever it is, the page says that the cluster does not answer, and asks again.
            LogUnreachable(_log, error);
            return WorkSnapshot.Unreachable;
        }
    }

    private async Task<CatalogListing> ReadCatalogAsync()
    {
        try
        {
            return await _grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ListOffers(CancellationToken.None);
        }
        catch (Exception error)
        {
            LogUnreachable(_log, error);
            return new(null, [], Text.ClusterUnreachable);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The page could not read what the cluster works on")]
    private static partial void LogUnreachable(ILogger log, Exception error);
}
