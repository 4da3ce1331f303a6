using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Catalogs;

/// <summary>Checks a catalog and says everything that is wrong with it, so that it is mended in one go.</summary>
internal static class CatalogRules
{
    public static IEnumerable<string> Problems(Catalog catalog)
    {
        if (catalog.Schema != 1)
            yield return $"schema must be 1, not {catalog.Schema}: this version of Lineup knows no other";
        if (catalog.Models is not { Count: > 0 })
        {
            yield return "models is empty";
            yield break;
        }

        for (var i = 0; i < catalog.Models.Count; i++)
        {
            var label = catalog.Models[i]?.Name is { Length: > 0 } name ? name : $"models[{i}]";
            foreach (var problem in catalog.Models[i] is { } entry ? Problems(catalog, entry) : ["is null"])
                yield return $"{label}: {problem}";
        }

        var names = catalog.Models.Where(entry => entry is not null).GroupBy(entry => entry.Name);
        foreach (var twice in names.Where(group => group.Count() > 1))
            yield return $"{twice.Key}: the name occurs {twice.Count()} times";
    }

    private static IEnumerable<string> Problems(Catalog catalog, CatalogEntry entry)
    {
        if (!ModelNames.IsValid(entry.Name))
            yield return ModelNames.Rule;
        if (!ManifestHash.IsValid(entry.Sha256))
            yield return "sha256 must be 64 lower-case hexadecimal digits";
        if (entry.Bytes < 1)
            yield return $"bytes must be positive, not {entry.Bytes}";
        if (!IsAddress(catalog, entry.Url))
            yield return NotAnAddress("url", entry.Url);
        foreach (var problem in entry.Input is null ? ["input is missing"] : entry.Input.Problems())
            yield return problem;

        if (entry.Packed is { } packed)
        {
            if (!IsAddress(catalog, packed.Url))
                yield return NotAnAddress("packed.url", packed.Url);
            if (!ManifestHash.IsValid(packed.Sha256))
                yield return "packed.sha256 must be 64 lower-case hexadecimal digits";
            if (packed.Bytes < 1)
                yield return $"packed.bytes must be positive, not {packed.Bytes}";
        }

        if (entry.Labels is not { } labels)
            yield break;
        if (!IsAddress(catalog, labels.Url))
            yield return NotAnAddress("labels.url", labels.Url);
        if (labels.Sha256 is not null && !ManifestHash.IsValid(labels.Sha256))
            yield return "labels.sha256 must be 64 lower-case hexadecimal digits";
    }

    private static bool IsAddress(Catalog catalog, string? url) => !string.IsNullOrWhiteSpace(url) && catalog.Resolve(url) is not null;

    private static string NotAnAddress(string field, string? url) =>
        $"{field} '{url}' is neither http(s) nor relative to the catalog, nor a file that this catalog may name";
}
