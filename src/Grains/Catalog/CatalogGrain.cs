using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Catalog;
using Lineup.ModelRepository;
using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Lineup.Grains.Catalog;

/// <summary>Reads the repository and the catalog. It keeps nothing, so any silo answers, as many calls at once as there are.</summary>
[StatelessWorker]
internal sealed class CatalogGrain(ModelStore store, CatalogLoader loader, IOptions<RepositoryOptions> options) : Grain, ICatalogGrain
{
    public async Task<RepositoryListing> ListModels()
    {
        var snapshot = await Task.Run(store.Scan);
        return new(
            snapshot.Models.Select(Describe).ToArray(),
            snapshot.Problems.Select(problem => new RepositoryProblem(problem.Folder, problem.Reason)).ToArray());
    }

    public async Task<CatalogListing> ListOffers(CancellationToken cancellationToken)
    {
        var place = RepositoryLocation.ResolveCatalog(options.Value, Environment.CurrentDirectory);
        var result = await loader.LoadAsync(place, cancellationToken);
        if (!result.Succeeded)
        {
            // Callers see the reason but not where files lie.
            var reason = string.Join("; ", result.Problems.Prepend(result.Message));
            return new(null, [], reason.Replace(Path.GetDirectoryName(Path.GetFullPath(place)) + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
        }

        var present = (await Task.Run(store.Scan, cancellationToken)).Models.Select(model => model.Manifest.Name).ToHashSet();
        return new(result.Catalog.Note, result.Catalog.Models.Select(entry => Describe(entry, present)).ToArray(), null);
    }

    private static ModelListing Describe(StoredModel model) => new()
    {
        Name = model.Manifest.Name,
        Title = model.Manifest.Title ?? model.Manifest.Name,
        Architecture = model.Manifest.Architecture,
        License = model.Manifest.License,
        Source = model.Manifest.Source,
        Width = model.Manifest.Input.Width,
        Height = model.Manifest.Input.Height,
        PublishedTop1 = model.Manifest.Published?.Top1,
        PublishedTop5 = model.Manifest.Published?.Top5,
        Variants = model.Variants.Select(Describe).ToArray(),
    };

    private static VariantListing Describe(VariantEntry variant) => new()
    {
        Id = new(variant.Model.Name, variant.Manifest.Name),
        Precision = variant.Manifest.Precision,
        Sparsity = variant.Manifest.Sparsity,
        FileBytes = variant.FileBytes,
        CompressedBytes = variant.Manifest.CompressedBytes,
        PackedBytes = variant.Manifest.PackedBytes,
        Sha256 = variant.Manifest.Sha256,
        Evaluation = variant.Manifest.Evaluation is { } evaluation ? Describe(evaluation) : null,
        Recipe = variant.Manifest.Recipe is { } recipe ? Describe(recipe) : null,
    };

    private static RecipeListing Describe(VariantRecipe recipe) => new()
    {
        Kind = recipe.Kind,
        Parent = recipe.Parent,
        Steps = recipe.Steps?.ToArray() ?? [],
        Calibration = recipe.Calibration,
        CalibrationPictures = recipe.CalibrationPictures,
        HeldOutPictures = recipe.HeldOutPictures,
        Agreement = recipe.Agreement,
    };

    private static EvaluationListing Describe(VariantEvaluation evaluation) => new()
    {
        DataSet = evaluation.DataSet,
        Images = evaluation.Images,
        Top1 = evaluation.Top1,
        Top5 = evaluation.Top5,
        Agreement = evaluation.Agreement,
        Kl = evaluation.Kl,
        MeanMs = evaluation.MeanMs,
        Cpu = evaluation.Cpu.Name,
        RightToWrong = evaluation.RightToWrong,
        WrongToRight = evaluation.WrongToRight,
        McNemarP = evaluation.McNemarP,
        P50Ms = evaluation.P50Ms,
        Threads = evaluation.Threads,
    };

    private static CatalogOffer Describe(CatalogEntry entry, HashSet<string> present) => new()
    {
        Name = entry.Name,
        Title = entry.Title ?? entry.Name,
        Architecture = entry.Architecture,
        License = entry.License,
        Source = entry.Source,
        Bytes = entry.Bytes,
        Confirmed = entry.UrlStatus != UrlStatus.Unconfirmed,
        Present = present.Contains(entry.Name),
        PublishedTop1 = entry.Published?.Top1,
        PublishedTop5 = entry.Published?.Top5,
    };
}
