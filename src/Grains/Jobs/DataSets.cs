using Microsoft.Extensions.Options;

namespace Lineup.Grains.Jobs;

/// <summary>
/// The sets of pictures that lie in this silo's folder for them. A name is looked up among those that are there, so none leads out of it.
/// </summary>
internal sealed class DataSets(IOptions<JobOptions> options)
{
    /// <summary>More are not listed.</summary>
    private const int Most = 1000;

    /// <summary>The folder; null where there is none.</summary>
    public string? Folder { get; } = options.Value.DataFolder is { Length: > 0 } folder ? Path.GetFullPath(folder) : null;

    /// <summary>Names of folders and zip archives, in order; empty where there is no such folder, or it cannot be read.</summary>
    public IReadOnlyList<string> List()
    {
        try
        {
            return Folder is null || !Directory.Exists(Folder)
                ? []
                : [.. Directory.EnumerateFileSystemEntries(Folder).Where(IsSet).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).Take(Most)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Full path of the set of that name; null where there is none.</summary>
    public string? Find(string name) => List().Contains(name, StringComparer.Ordinal) ? Path.Combine(Folder!, name) : null;

    private static bool IsSet(string path) =>
        Path.GetFileName(path)[0] != '.' && (Directory.Exists(path) || Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase));
}
