using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;

namespace Lineup.ModelRepository.Pulling;

/// <summary>What is to be installed, all of it verified.</summary>
/// <param name="Entry">The catalog's word on the model.</param>
/// <param name="Address">Where the ONNX file came from.</param>
/// <param name="OnnxFile">Full path of the ONNX file, on the repository's file system; it is moved.</param>
/// <param name="CompressedBytes">Its size after deflate.</param>
/// <param name="PackedBytes">Its size when packed.</param>
/// <param name="Labels">The labels file's content; null where there is none.</param>
/// <param name="KeepManifest">Whether model.json and labels that are there already stay as they are.</param>
internal sealed record Installation(
    CatalogEntry Entry, Uri Address, string OnnxFile, long CompressedBytes, long PackedBytes, ReadOnlyMemory<byte>? Labels, bool KeepManifest);

/// <summary>Gives verified files their final names. The caller holds the model's lock.</summary>
internal static class ModelInstaller
{
    private const string LabelsFileName = "labels.txt";

    public static async Task InstallAsync(ModelStore store, PullFolder pull, Installation what, CancellationToken cancellationToken)
    {
        var folder = store.ModelPath(what.Entry.Name);
        if (Directory.Exists(folder))
        {
            // Other variants live here too, so the folder is not replaced but its files are, one by one.
            await WriteAsync(folder, what, cancellationToken);
            return;
        }

        var assembly = pull.AssemblyPath(what.Entry.Name);
        if (Directory.Exists(assembly))
            Directory.Delete(assembly, recursive: true);
        Directory.CreateDirectory(assembly);
        await WriteAsync(assembly, what, cancellationToken);
        Directory.Move(assembly, folder);
    }

    private static async Task WriteAsync(string folder, Installation what, CancellationToken cancellationToken)
    {
        var variantFolder = Path.Combine(folder, ModelStore.OriginalName);
        var variantManifest = Path.Combine(variantFolder, VariantManifest.FileName);
        Directory.CreateDirectory(variantFolder);

        // A reader may look at any moment. Without variant.json the file is served all the same, while a variant.json of the old
        // file beside the new one would be an error; so it goes first and comes back last.
        File.Delete(variantManifest);
        File.Move(what.OnnxFile, Path.Combine(variantFolder, ModelStore.ModelFileName), overwrite: true);
        await AtomicFile.WriteJsonAsync(variantManifest, VariantManifestOf(what), cancellationToken);

        if (what.KeepManifest)
            return;
        if (what.Labels is { } labels)
            await AtomicFile.WriteAsync(Path.Combine(folder, LabelsFileName), labels, cancellationToken);
        await AtomicFile.WriteJsonAsync(Path.Combine(folder, ModelManifest.FileName), ModelManifestOf(what), cancellationToken);
    }

    private static VariantManifest VariantManifestOf(Installation what) => new()
    {
        Name = ModelStore.OriginalName,
        Precision = what.Entry.Precision,
        Sha256 = what.Entry.Sha256,
        Bytes = what.Entry.Bytes,
        CompressedBytes = what.CompressedBytes,
        PackedBytes = what.PackedBytes,
        Recipe = new VariantRecipe
        {
            Kind = VariantRecipe.Pull,
            ToolVersion = typeof(ModelInstaller).Assembly.GetName().Version?.ToString(3),

            // Without user and query, which may hold somebody's credentials.
            Url = what.Address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped),
        },
    };

    private static ModelManifest ModelManifestOf(Installation what) => new()
    {
        Name = what.Entry.Name,
        Title = what.Entry.Title,
        Architecture = what.Entry.Architecture,
        License = what.Entry.License,
        Source = what.Entry.Source,
        Input = what.Entry.Input,
        Output = what.Entry.Output,
        Labels = what.Labels is null ? null : LabelsFileName,
        Published = what.Entry.Published,
    };
}
