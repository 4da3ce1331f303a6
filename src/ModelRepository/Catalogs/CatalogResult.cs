using System.Diagnostics.CodeAnalysis;
using Lineup.ModelRepository.Pulling;

namespace Lineup.ModelRepository.Catalogs;

/// <summary>A catalog, or why there is none.</summary>
public sealed record CatalogResult
{
    /// <summary>The catalog; null where it could not be had.</summary>
    public Catalog? Catalog { get; init; }

    /// <summary>What kind of failure it was; <see cref="PullError.None"/> for none.</summary>
    public PullError Error { get; init; }

    /// <summary>What happened and what to try, in one line; null where nothing did.</summary>
    public string? Message { get; init; }

    /// <summary>Everything that is wrong with the catalog's content, each prefixed with the model's name.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    [MemberNotNullWhen(true, nameof(Catalog))]
    [MemberNotNullWhen(false, nameof(Message))]
    public bool Succeeded => Catalog is not null;
}
