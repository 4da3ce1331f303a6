using System.Text.Json;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;

namespace Lineup.ModelRepository.Catalogs;

/// <summary>Reads a catalog from a path or an address. Any thread may call it.</summary>
public sealed class CatalogLoader
{
    // A thousand entries are about 1 MiB.
    private const int MaxBytes = 4 << 20;

    private readonly ContentReader _reader;

    internal CatalogLoader(ContentReader reader) => _reader = reader;

    /// <summary>Reads and checks a catalog.</summary>
    /// <param name="place">A path, taken from the current folder if relative, or an http, https or file address.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The catalog, or why it cannot be used; every problem of its content is named at once.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<CatalogResult> LoadAsync(string place, CancellationToken cancellationToken)
    {
        var location = Locate(place);
        try
        {
            var json = await _reader.ReadAsync(location, MaxBytes, static _ => { }, cancellationToken);
            var catalog = JsonSerializer.Deserialize<Catalog>(json.Span, ManifestJson.Options);
            if (catalog is null)
                return Invalid(place, ["it holds null instead of an object"]);

            catalog = catalog with { Location = location };
            var problems = CatalogRules.Problems(catalog).ToList();
            return problems.Count == 0 ? new CatalogResult { Catalog = catalog } : Invalid(place, problems);
        }
        catch (JsonException exception)
        {
            return Invalid(place, [ManifestFile.Brief(exception)]);
        }
        catch (PullException exception)
        {
            var advice = exception.Error == PullError.NotFound ? "name another with --catalog or LINEUP_CATALOG" : exception.Advice;
            return new CatalogResult { Error = exception.Error, Message = $"catalog {place}: {exception.What}; {advice}" };
        }
    }

    private static Uri Locate(string place)
    {
        var isAddress = Uri.TryCreate(place, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "file";
        return isAddress ? address! : new Uri(Path.GetFullPath(place));
    }

    private static CatalogResult Invalid(string place, IReadOnlyList<string> problems) => new()
    {
        Error = PullError.CatalogInvalid,
        Message = $"catalog {place} cannot be used: {string.Join("; ", problems)}",
        Problems = problems,
    };
}
