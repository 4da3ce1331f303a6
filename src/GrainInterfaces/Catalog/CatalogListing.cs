namespace Lineup.GrainInterfaces.Catalog;

/// <summary>What the catalog offers, or why it cannot be read.</summary>
[GenerateSerializer, Immutable, Alias("lineup.CatalogListing")]
public sealed record CatalogListing(
    [property: Id(0)] string? Note, [property: Id(1)] IReadOnlyList<CatalogOffer> Offers, [property: Id(2)] string? Error);

/// <summary>One model that can be pulled.</summary>
[GenerateSerializer, Immutable, Alias("lineup.CatalogOffer")]
public sealed record CatalogOffer
{
    [Id(0)]
    public required string Name { get; init; }

    [Id(1)]
    public required string Title { get; init; }

    [Id(2)]
    public string? Architecture { get; init; }

    [Id(3)]
    public string? License { get; init; }

    /// <summary>Size of the download.</summary>
    [Id(4)]
    public required long Bytes { get; init; }

    /// <summary>Whether the address and the hash were ever seen together; an unconfirmed one may be gone.</summary>
    [Id(5)]
    public required bool Confirmed { get; init; }

    /// <summary>Whether the repository has it already.</summary>
    [Id(6)]
    public required bool Present { get; init; }

    [Id(7)]
    public double? PublishedTop1 { get; init; }

    [Id(8)]
    public double? PublishedTop5 { get; init; }

    /// <summary>Who publishes it, in words.</summary>
    [Id(9)]
    public string? Source { get; init; }
}
