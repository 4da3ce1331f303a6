using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;

namespace Lineup.ModelRepository.Pulling;

internal enum OriginalState
{
    Absent,
    Sound,
    Damaged,

    /// <summary>Something that this catalog entry does not describe: another version, or put there by hand.</summary>
    Different,
}

/// <summary>What the repository holds under a catalog entry's name before it is pulled.</summary>
/// <param name="State">How it compares with the entry.</param>
/// <param name="SoundFile">Full path of an ONNX file that has the entry's hash; null where there is none.</param>
/// <param name="Reason">What is damaged or different, in words.</param>
internal sealed record InstalledOriginal(OriginalState State, string? SoundFile, string? Reason)
{
    public static async Task<InstalledOriginal> InspectAsync(
        ModelStore store, CatalogEntry entry, PullReporter reporter, CancellationToken cancellationToken)
    {
        var folder = store.ModelPath(entry.Name);
        if (!Directory.Exists(folder))
            return new(OriginalState.Absent, null, null);

        var variantFolder = Path.Combine(folder, ModelStore.OriginalName);
        if (!Directory.Exists(variantFolder))
            variantFolder = folder;
        var file = Path.Combine(variantFolder, ModelStore.ModelFileName);
        if (!File.Exists(file))
            return new(OriginalState.Damaged, null, "model.onnx was missing");

        var actual = await FileMeasures.Sha256Async(file, done => reporter.Report(PullStage.Verifying, done), cancellationToken);
        if (actual == entry.Sha256)
        {
            var lookup = store.Find(entry.Name, ModelStore.OriginalName);
            return new(lookup.IsFound ? OriginalState.Sound : OriginalState.Damaged, file, lookup.Reason);
        }

        var manifestPath = Path.Combine(variantFolder, VariantManifest.FileName);
        var recorded = File.Exists(manifestPath) ? ManifestFile.Read<VariantManifest>(manifestPath).Manifest?.Sha256 : null;
        return recorded == entry.Sha256
            ? new(OriginalState.Damaged, null, "model.onnx was corrupt")
            : new(OriginalState.Different, null, $"sha256 {actual[..12]}... where the catalog has {entry.Sha256[..12]}...");
    }
}
