using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Replicas;

namespace Lineup.Frontend.Models;

/// <summary>The cluster's models with the state of each variant, for the API and for the page.</summary>
internal sealed class ModelDirectory(IGrainFactory grains)
{
    /// <exception cref="OrleansException">The cluster does not answer.</exception>
    public async Task<ModelListResponse> ReadAsync()
    {
        var listing = await ListAsync();
        return new(await Task.WhenAll(listing.Models.Select(DescribeAsync)), listing.Problems);
    }

    /// <summary>What lies in the repository, without asking any variant.</summary>
    public Task<RepositoryListing> ListAsync() => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ListModels();

    public async Task<ModelResponse> DescribeAsync(ModelListing model) => ModelResponse.From(
        model,
        await Task.WhenAll(model.Variants.Select(variant => grains.GetGrain<IVariantReplicasGrain>(variant.Id.ToString()).GetStatus())));
}
