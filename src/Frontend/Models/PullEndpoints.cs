using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Lineup.Frontend.Errors;
using Lineup.Frontend.Security;
using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Models;

/// <summary>What the catalog offers, and bringing it into the repository.</summary>
internal static class PullEndpoints
{
    public static void MapPulling(this IEndpointRouteBuilder endpoints)
    {
        var catalog = endpoints.MapGroup("/api/catalog").WithTags("Catalog");
        catalog.MapGet("/", ListOffers).WithName("ListCatalog").WithSummary("Models that can be pulled")
            .Produces<CatalogListing>().ProducesProblems(503);
        catalog.MapPost("/{model}/pull", Pull).WithName("PullModel")
            .WithSummary("Pull a model into the repository; progress comes as server-sent events until one says done, failed or cancelled")
            .WithDescription("The pull goes on if the caller leaves; asking again joins it. Event names are the states; data is JSON.")
            .RequireOperator()
            .Produces<PullStatus>(200, "text/event-stream").ProducesProblems(401, 403, 404, 503);
        catalog.MapGet("/{model}/pull", GetPull).WithName("GetPull").WithSummary("How far a model's latest pull is, or how it ended")
            .Produces<PullStatus>().ProducesProblems(404, 503);
        catalog.MapDelete("/{model}/pull", CancelPull).WithName("CancelPull")
            .WithSummary("Cancel a pull; what has come is kept, and the next pull goes on from there").RequireOperator()
            .Produces<PullStatus>().ProducesProblems(401, 403, 404, 503);
    }

    private static async Task<IResult> ListOffers(IGrainFactory grains, CancellationToken cancellationToken)
    {
        var listing = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ListOffers(cancellationToken);
        return listing.Error is null ? TypedResults.Ok(listing) : CatalogUnavailable(listing.Error);
    }

    private static async Task<IResult> Pull(
        string model, bool? force, IGrainFactory grains, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        if (await FindProblemAsync(model, grains, cancellationToken) is { } problem)
            return problem;
        var grain = grains.GetGrain<IModelPullGrain>(model);
        await grain.Start(force ?? false);
        return TypedResults.ServerSentEvents(Events(grain, lifetime.ApplicationStopping, cancellationToken));
    }

    private static async Task<IResult> GetPull(string model, IGrainFactory grains, CancellationToken cancellationToken) =>
        await FindProblemAsync(model, grains, cancellationToken) ?? TypedResults.Ok(await grains.GetGrain<IModelPullGrain>(model).GetStatus());

    private static async Task<IResult> CancelPull(string model, IGrainFactory grains, CancellationToken cancellationToken) =>
        await FindProblemAsync(model, grains, cancellationToken) ?? TypedResults.Ok(await grains.GetGrain<IModelPullGrain>(model).Cancel());

    /// <summary>Looks the model up before its grain is called, so that names that do not exist make no grains. Null where all is well.</summary>
    private static async Task<IResult?> FindProblemAsync(string model, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var listing = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ListOffers(cancellationToken);
        if (listing.Error is not null)
            return CatalogUnavailable(listing.Error);
        return listing.Offers.Any(offer => offer.Name == model)
            ? null
            : ApiProblem.For(
                ClassifyOutcome.NotFound,
                $"The catalog has no model '{model}', but {string.Join(", ", listing.Offers.Select(offer => offer.Name))}.").ToResult();
    }

    /// <summary>Ends with the pull, with the caller, or with this frontend, which would otherwise wait for it when it is told to stop.</summary>
    private static async IAsyncEnumerable<SseItem<PullStatus>> Events(
        IModelPullGrain grain, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        await using var statuses = grain.Watch(either.Token).GetAsyncEnumerator(either.Token);
        while (await MoveNextAsync(statuses, either.Token))
            yield return new(statuses.Current, statuses.Current.State.ToString().ToLowerInvariant());
    }

    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<PullStatus> statuses, CancellationToken cancellationToken)
    {
        try
        {
            return await statuses.MoveNextAsync();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static IResult CatalogUnavailable(string error) =>
        ApiProblem.Create(503, "The catalog cannot be read", "catalog_unavailable", error).ToResult();
}
