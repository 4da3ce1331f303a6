using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Jobs;
using Lineup.GrainInterfaces.Replicas;
using Lineup.ModelRepository;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Logging;

namespace Lineup.Grains.Jobs;

/// <summary>
/// Deletes variants and models: first out of the repository, so that nobody loads them any more, then out of memory, once accepted
/// requests have been answered, and at last off the disk.
/// </summary>
internal sealed partial class ModelDeletion(ModelStore store, IGrainFactory grains, ILogger<ModelDeletion> log)
{
    private readonly ModelRemover _remover = new(store);

    public async Task<DeleteReply> DeleteVariantAsync(string model, string variant)
    {
        if (variant == ModelStore.OriginalName && await Task.Run(() => store.Find(model, variant).Status != VariantLookupStatus.NotFound))
            return new(DeleteOutcome.IsOriginal, $"'{variant}' is what other variants are made from and compared with; it goes with its model.", null);
        if (!ModelNames.IsValid(model) || !ModelNames.IsValid(variant) || !await Task.Run(() => Directory.Exists(Path.Combine(store.ModelPath(model), variant))))
            return new(DeleteOutcome.NotFound, $"There is no variant '{model}/{variant}'.", null);
        return await DeleteAsync(() => _remover.RemoveVariant(model, variant), [new(model, variant)]);
    }

    public async Task<DeleteReply> DeleteModelAsync(string model)
    {
        var snapshot = await Task.Run(store.Scan);
        var variants = snapshot.Models.Where(known => known.Manifest.Name == model)
            .SelectMany(known => known.Variants.Select(variant => new ModelVariantId(model, variant.Manifest.Name)))
            .ToList();
        var isBroken = snapshot.Problems.Any(problem => problem.Folder == model || problem.Folder.StartsWith($"{model}/", StringComparison.Ordinal));
        return variants.Count > 0 || (isBroken && ModelNames.IsValid(model))
            ? await DeleteAsync(() => _remover.RemoveModel(model), variants)
            : new(DeleteOutcome.NotFound, $"The repository has no model '{model}'.", null);
    }

    private async Task<DeleteReply> DeleteAsync(Func<RemovedFolder> remove, IReadOnlyList<ModelVariantId> variants)
    {
        RemovedFolder removed;
        try
        {
            removed = await Task.Run(remove);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            NotDeleted(log, error);
            return new(DeleteOutcome.Failed, "The disk does not let it be deleted; the log of the silo says why.", null);
        }

        await Task.WhenAll(variants.Select(variant => grains.GetGrain<IVariantReplicasGrain>(variant.ToString()).Unload()));
        try
        {
            await Task.Run(removed.Delete);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is out of the repository all the same; the next process to start tidies up.
            NotDeleted(log, error);
        }

        return new(DeleteOutcome.Deleted, null, null);
    }

    [LoggerMessage(LogLevel.Warning, "Something cannot be deleted from the repository")]
    private static partial void NotDeleted(ILogger log, Exception error);
}
