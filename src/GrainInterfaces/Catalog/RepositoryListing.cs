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

    /// <summary>What it was last measured to be worth; null where it was not evaluated.</summary>
    [Id(6)]
    public EvaluationListing? Evaluation { get; init; }

    /// <summary>Size of the file packed for transport; null where it was not measured.</summary>
    [Id(7)]
    public long? PackedBytes { get; init; }

    /// <summary>How it came to be; null where that is not known.</summary>
    [Id(8)]
    public RecipeListing? Recipe { get; init; }
}

/// <summary>How a variant came to be.</summary>
[GenerateSerializer, Immutable, Alias("lineup.RecipeListing")]
public sealed record RecipeListing
{
    /// <summary>"pull" for a downloaded file, "compress" or "retrain" for one that Lineup made from another variant, "train" for one that it trained from nothing.</summary>
    [Id(0)]
    public required string Kind { get; init; }

    /// <summary>The variant it was made from.</summary>
    [Id(1)]
    public string? Parent { get; init; }

    /// <summary>What was done, in order, each step with the choices that were made.</summary>
    [Id(2)]
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>Name of the calibration set; null where none was needed.</summary>
    [Id(3)]
    public string? Calibration { get; init; }

    /// <summary>Pictures it was calibrated on.</summary>
    [Id(4)]
    public int? CalibrationPictures { get; init; }

    /// <summary>Pictures kept apart to verify it on.</summary>
    [Id(5)]
    public int? HeldOutPictures { get; init; }

    /// <summary>Share of the held-out pictures with the parent's best class, 0 to 1.</summary>
    [Id(6)]
    public double? Agreement { get; init; }
}

/// <summary>What a variant was measured to be worth on labelled pictures.</summary>
[GenerateSerializer, Immutable, Alias("lineup.EvaluationListing")]
public sealed record EvaluationListing
{
    /// <summary>Name of the set of pictures.</summary>
    [Id(0)]
    public required string DataSet { get; init; }

    /// <summary>Pictures evaluated.</summary>
    [Id(1)]
    public required int Images { get; init; }

    /// <summary>Percent of the pictures whose best class is right.</summary>
    [Id(2)]
    public required double Top1 { get; init; }

    /// <summary>Percent of the pictures whose right class is among the best five.</summary>
    [Id(3)]
    public required double Top5 { get; init; }

    /// <summary>Percent of the pictures with the original's best class.</summary>
    [Id(4)]
    public required double Agreement { get; init; }

    /// <summary>Mean divergence KL(original || variant) of the class probabilities, in nats.</summary>
    [Id(5)]
    public double? Kl { get; init; }

    /// <summary>Mean time of a single-threaded run on one picture in milliseconds.</summary>
    [Id(6)]
    public required double MeanMs { get; init; }

    /// <summary>The processor it was measured on.</summary>
    [Id(7)]
    public required string Cpu { get; init; }

    /// <summary>Pictures that the original gets right and the variant wrong.</summary>
    [Id(8)]
    public required int RightToWrong { get; init; }

    /// <summary>Pictures that the original gets wrong and the variant right.</summary>
    [Id(9)]
    public required int WrongToRight { get; init; }

    /// <summary>How likely chance alone makes the two counts differ as much or more (McNemar's test), 0 to 1.</summary>
    [Id(10)]
    public required double McNemarP { get; init; }

    /// <summary>Median time of a single-threaded run on one picture in milliseconds.</summary>
    [Id(11)]
    public required double P50Ms { get; init; }

    /// <summary>How many runs went side by side while times were taken.</summary>
    [Id(12)]
    public required int Threads { get; init; }
}

/// <summary>Something in the repository that cannot be used, and why.</summary>
[GenerateSerializer, Immutable, Alias("lineup.RepositoryProblem")]
public sealed record RepositoryProblem([property: Id(0)] string Folder, [property: Id(1)] string Reason);
