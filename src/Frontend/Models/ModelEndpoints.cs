using Lineup.Frontend.Errors;
using Lineup.Frontend.Jobs;
using Lineup.Frontend.Security;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Jobs;
using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Models;

/// <summary>What there is, what state it is in, and bringing variants into memory and out of it.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder endpoints)
    {
        var models = endpoints.MapGroup("/api/models").WithTags("Models");
        models.MapGet("/", ListModels).WithName("ListModels").WithSummary("All models with their variants, and what in the repository cannot be used")
            .Produces<ModelListResponse>().ProducesProblems(503);
        models.MapGet("/{model}", GetModel).WithName("GetModel").WithSummary("One model with its variants")
            .Produces<ModelResponse>().ProducesProblems(404, 503);
        models.MapGet("/{model}/variants/{variant}", GetVariant).WithName("GetVariant").WithSummary("One variant: state, sizes, statistics")
            .Produces<VariantResponse>().ProducesProblems(404, 503);
        models.MapPost("/{model}/variants/{variant}/load", Load).WithName("LoadVariant")
            .WithSummary("Load and warm up a variant, or load it anew if its file has changed").RequireOperator()
            .Produces<VariantResponse>().ProducesProblems(401, 403, 404, 503);
        models.MapPost("/{model}/variants/{variant}/unload", Unload).WithName("UnloadVariant")
            .WithSummary("Give a variant's memory back, once accepted requests have finished").RequireOperator()
            .Produces<VariantResponse>().ProducesProblems(401, 403, 404, 503);
        models.MapPut("/{model}/variants/{variant}/replicas", SetReplicas).WithName("SetReplicas")
            .WithSummary("Say how many replicas a variant should have, or leave it to its load; it is brought about in the background").RequireOperator()
            .Produces<VariantResponse>().ProducesProblems(400, 401, 403, 404, 503);
        models.MapDelete("/{model}/variants/{variant}", DeleteVariant).WithName("DeleteVariant")
            .WithSummary("Delete a variant, once accepted requests have finished; the original goes only with its model").RequireOperator()
            .Produces(204).ProducesProblems(401, 403, 404, 409, 503);
        models.MapDelete("/{model}", DeleteModel).WithName("DeleteModel")
            .WithSummary("Delete a model with all its variants, once accepted requests have finished").RequireOperator()
            .Produces(204).ProducesProblems(401, 403, 404, 409, 503);
    }

    private static async Task<IResult> ListModels(ModelDirectory models) => TypedResults.Ok(await models.ReadAsync());

    private static async Task<IResult> GetModel(string model, ModelDirectory models) =>
        (await models.ListAsync()).Models.FirstOrDefault(candidate => candidate.Name == model) is { } known
            ? TypedResults.Ok(await models.DescribeAsync(known))
            : NotFound($"The repository has no model '{model}'. GET /api/models lists what it has.");

    private static Task<IResult> GetVariant(string model, string variant, IGrainFactory grains) =>
        WithVariant(grains, model, variant, grain => grain.GetStatus());

    private static async Task<IResult> Load(string model, string variant, IGrainFactory grains, CancellationToken cancellationToken)
    {
        string? failure = null;
        var result = await WithVariant(grains, model, variant, async grain =>
        {
            var status = await grain.Load(cancellationToken);

            // Ready with a reason: the file could not be loaded anew, and the old session serves on.
            failure = status is { State: VariantState.Ready, Reason: null } ? null : status.Reason ?? $"it is {status.State}";
            return status;
        });
        return failure is null ? result : ApiProblem.For(ClassifyOutcome.NotReady, $"{model}/{variant} could not be loaded: {failure}").ToResult();
    }

    private static Task<IResult> Unload(string model, string variant, IGrainFactory grains) =>
        WithVariant(grains, model, variant, grain => grain.Unload());

    private static Task<IResult> SetReplicas(string model, string variant, [AsParameters] ReplicaParameters parameters, IGrainFactory grains)
    {
        var count = parameters.Check();
        return WithVariant(grains, model, variant, grain => grain.SetCount(count));
    }

    private static async Task<IResult> DeleteVariant(string model, string variant, IGrainFactory grains) =>
        JobProblem.For(await grains.GetGrain<IModelJobGrain>(model).DeleteVariant(variant))?.ToResult() ?? TypedResults.NoContent();

    private static async Task<IResult> DeleteModel(string model, IGrainFactory grains) =>
        JobProblem.For(await grains.GetGrain<IModelJobGrain>(model).DeleteModel())?.ToResult() ?? TypedResults.NoContent();

    /// <summary>Looks the variant up before its grain is called, so that names that do not exist make no grains.</summary>
    private static async Task<IResult> WithVariant(
        IGrainFactory grains, string model, string variant, Func<IVariantReplicasGrain, Task<VariantStatus>> call)
    {
        var id = new ModelVariantId(model, variant);
        var listing = await ListAsync(grains);
        var known = listing.Models.FirstOrDefault(candidate => candidate.Name == model)?.Variants.FirstOrDefault(candidate => candidate.Id == id);
        if (known is not null)
            return TypedResults.Ok(VariantResponse.From(known, await call(grains.GetGrain<IVariantReplicasGrain>(id.ToString()))));

        var problem = listing.Problems.FirstOrDefault(candidate => candidate.Folder == id.ToString() || candidate.Folder == model);
        return problem is null
            ? NotFound($"There is no variant '{id}'. GET /api/models lists what there is.")
            : ApiProblem.For(ClassifyOutcome.NotReady, $"{problem.Folder}: {problem.Reason}").ToResult();
    }

    private static Task<RepositoryListing> ListAsync(IGrainFactory grains) =>
        grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ListModels();

    private static IResult NotFound(string reason) => ApiProblem.For(ClassifyOutcome.NotFound, reason).ToResult();
}
