namespace Lineup.ModelRepository.Storage;

/// <summary>Turns <see cref="RepositoryOptions"/> into places.</summary>
public static class RepositoryLocation
{
    /// <summary>The catalog's file name in the repository's folder.</summary>
    public const string CatalogFileName = "catalog.json";

    /// <summary>
    /// Full path of the repository's folder. A relative path is taken from <paramref name="currentFolder"/> if it exists there,
    /// else from the nearest folder above that has it, else from <paramref name="currentFolder"/> after all (it will be created).
    /// </summary>
    public static string ResolveRoot(RepositoryOptions options, string currentFolder)
    {
        if (Path.IsPathRooted(options.Path))
            return Path.GetFullPath(options.Path);

        var here = Path.GetFullPath(options.Path, currentFolder);
        if (Directory.Exists(here))
            return here;

        // "models" is a common name; above the current folder only one with a catalog is ours.
        var marker = options.Path == RepositoryOptions.DefaultPath ? CatalogFileName : "";
        for (var parent = Directory.GetParent(Path.GetFullPath(currentFolder)); parent is not null; parent = parent.Parent)
        {
            var candidate = Path.GetFullPath(options.Path, parent.FullName);
            if (Path.Exists(Path.Combine(candidate, marker)))
                return candidate;
        }

        return here;
    }

    /// <summary>
    /// Where the catalog is: as the options say, else catalog.json in the repository's folder, else (for a repository elsewhere)
    /// the one of the default repository.
    /// </summary>
    public static string ResolveCatalog(RepositoryOptions options, string currentFolder)
    {
        if (!string.IsNullOrWhiteSpace(options.Catalog))
            return options.Catalog;

        var own = Path.Combine(ResolveRoot(options, currentFolder), CatalogFileName);
        var common = Path.Combine(ResolveRoot(new RepositoryOptions(), currentFolder), CatalogFileName);
        return File.Exists(own) || !File.Exists(common) ? own : common;
    }
}
