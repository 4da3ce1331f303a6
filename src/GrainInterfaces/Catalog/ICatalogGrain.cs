using Orleans.Concurrency;

namespace Lineup.GrainInterfaces.Catalog;

/// <summary>Tells what the repository holds and what the catalog offers; key "catalog".</summary>
[Alias("lineup.ICatalogGrain")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>The one key of this grain.</summary>
    const string Key = "catalog";

    /// <summary>The models on disk, and what is there but cannot be used.</summary>
    [AlwaysInterleave, Alias("ListModels"), ResponseTimeout("00:00:10")]
    Task<RepositoryListing> ListModels();

    /// <summary>The models that can be pulled.</summary>
    [AlwaysInterleave, Alias("ListOffers"), ResponseTimeout("00:00:30")]
    Task<CatalogListing> ListOffers(CancellationToken cancellationToken);
}

/// <summary>Pulls one model of the catalog into the repository; keyed by the model's name, so a model is pulled once at a time.</summary>
[Alias("lineup.IModelPullGrain")]
public interface IModelPullGrain : IGrainWithStringKey
{
    /// <summary>Begins to pull, unless that is under way. The pull goes on whoever watches.</summary>
    [AlwaysInterleave, Alias("Start")]
    Task<PullStatus> Start(bool force);

    /// <summary>How far the latest pull is, or how it ended.</summary>
    [AlwaysInterleave, Alias("GetStatus"), ResponseTimeout("00:00:10")]
    Task<PullStatus> GetStatus();

    /// <summary>Asks a pull to end, which has happened once its state says so. What has come is kept for the next one.</summary>
    [AlwaysInterleave, Alias("Cancel")]
    Task<PullStatus> Cancel();

    /// <summary>The status now and each time it changes, until the pull has ended. Slow watchers miss what is between.</summary>
    [AlwaysInterleave, Alias("Watch")]
    IAsyncEnumerable<PullStatus> Watch(CancellationToken cancellationToken);
}
