using System.Text.Json.Serialization;

namespace Lineup.ModelRepository.Catalogs;

/// <summary>The models that can be pulled.</summary>
public sealed record Catalog
{
    /// <summary>Version of this schema; 1 is the only one so far.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>What a reader should know about the catalog as a whole.</summary>
    public string? Note { get; init; }

    public required IReadOnlyList<CatalogEntry> Models { get; init; }

    /// <summary>Where the catalog was read from; addresses without a scheme are relative to it.</summary>
    [JsonIgnore]
    public Uri? Location { get; init; }

    /// <summary>
    /// The address that <paramref name="url"/> of this catalog stands for: http, https or file; null where it is none of them, or
    /// where a catalog from the network names a file of this machine.
    /// </summary>
    public Uri? Resolve(string url)
    {
        var isAddress = Location is null
            ? Uri.TryCreate(url, UriKind.Absolute, out var address)
            : Uri.TryCreate(Location, url, out address);
        if (!isAddress)
            return null;

        var mayBeFile = Location is null or { IsFile: true };
        return address!.Scheme is "https" or "http" || (address.IsFile && mayBeFile) ? address : null;
    }
}
