using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;

namespace Lineup.Inference.Serving;

/// <summary>Sizes and times of all files that a loaded variant was made from, to tell whether another load would bring anything new.</summary>
internal readonly record struct FileStamps(string Text)
{
    public static FileStamps Of(VariantEntry entry)
    {
        var folder = Path.GetDirectoryName(entry.FilePath)!;
        string[] files =
        [
            entry.FilePath,
            Path.Combine(folder, VariantManifest.FileName),
            Path.Combine(folder, ModelManifest.FileName),
            Path.Combine(Path.GetDirectoryName(folder)!, ModelManifest.FileName),
            .. entry.LabelsPath is { } labels ? [labels] : Array.Empty<string>(),
        ];
        return new(string.Join('|', files.Select(Stamp)));
    }

    private static string Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? $"{path} {file.Length} {file.LastWriteTimeUtc.Ticks}" : "";
    }
}
