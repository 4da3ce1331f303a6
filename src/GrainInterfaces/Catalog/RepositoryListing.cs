namespace Lineup.GrainInterfaces.Catalog;

/// <summary>What the repository holds.</summary>
[GenerateSerializer, Immutable, Alias("lineup.RepositoryListing")]
public sealed record RepositoryListing(
    [property: Id(0)] IReadOnlyList<ModelListing> Models, [property: Id(1)] IReadOnlyList<RepositoryProblem> Problems);

/// <summary>One model with its variants.</summary>
[GenerateSerializer, Immutable, Alias("lineup.ModelListing")]
public sealed record ModelListing
{
    [Id(0)]
    public required string Name { get; init; }

    [Id(1)]
    public required string Title { get; init; }

    [Id(2)]
    public string? Architecture { get; init; }

    [Id(3)]
    public string? License { get; init; }

    [Id(4)]
    public string? Source { get; init; }

    /// <summary>Width of the input in pixels.</summary>
    [Id(5)]
    public required int Width { get; init; }

    /// <summary>Height of the input in pixels.</summary>
    [Id(6)]
    public required int Height { get; init; }

    /// <summary>Accuracy in percent that the publisher states for the original; null where none is.</summary>
    [Id(7)]
    public double? PublishedTop1 { get; init; }

    [Id(8)]
    public double? PublishedTop5 { get; init; }

    [Id(9)]
    public required IReadOnlyList<VariantListing> Variants { get; init; }
}

/// <summary>One variant as it lies on disk.</summary>
[GenerateSerializer, Immutable, Alias("lineup.VariantListing")]
public sealed record VariantListing
{
    [Id(0)]
    public required ModelVariantId Id { get; init; }

    /// <summary>Number format of the weights; null where it is not known.</summary>
    [Id(1)]
    public string? Precision { get; init; }

    /// <summary>Share of weights pruned away, 0 to 1; null where it is not known.</summary>
    [Id(2)]
    public double? Sparsity { get; init; }

    [Id(3)]
    public required long FileBytes { get; init; }

    /// <summary>Size of the file after deflate; null where it was not measured.</summary>
    [Id(4)]
    public long? CompressedBytes { get; init; }

    /// <summary>SHA-256 of the file as stated by variant.json; null where it is not.</summary>
    [Id(5)]
    public string? Sha256 { get; init; }
}

/// <summary>Something in the repository that cannot be used, and why.</summary>
[GenerateSerializer, Immutable, Alias("lineup.RepositoryProblem")]
public sealed record RepositoryProblem([property: Id(0)] string Folder, [property: Id(1)] string Reason);
