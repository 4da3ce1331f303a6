using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Models;

/// <summary>What the repository holds.</summary>
public sealed record ModelListResponse(IReadOnlyList<ModelResponse> Models, IReadOnlyList<RepositoryProblem> Problems);

/// <summary>One model with its variants.</summary>
public sealed record ModelResponse
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    public string? Architecture { get; init; }

    public string? License { get; init; }

    public string? Source { get; init; }

    /// <summary>Input width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Input height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Top-1 accuracy in percent that the publisher states for the original.</summary>
    public double? PublishedTop1 { get; init; }

    /// <summary>Top-5 accuracy in percent that the publisher states for the original.</summary>
    public double? PublishedTop5 { get; init; }

    /// <summary>The original first.</summary>
    public required IReadOnlyList<VariantResponse> Variants { get; init; }

    public static ModelResponse From(ModelListing model, IEnumerable<VariantStatus> statuses) => new()
    {
        Name = model.Name,
        Title = model.Title,
        Architecture = model.Architecture,
        License = model.License,
        Source = model.Source,
        Width = model.Width,
        Height = model.Height,
        PublishedTop1 = model.PublishedTop1,
        PublishedTop5 = model.PublishedTop5,
        Variants = model.Variants.Zip(statuses, VariantResponse.From).ToArray(),
    };
}

/// <summary>One variant: what it is, what it is doing and what it has done.</summary>
public sealed record VariantResponse
{
    public required string Model { get; init; }

    public required string Name { get; init; }

    /// <summary>absent, loading, warming, ready, draining or failed.</summary>
    public required VariantState State { get; init; }

    /// <summary>Why it failed; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>fp32, fp16 or int8; null where it is not known.</summary>
    public string? Precision { get; init; }

    /// <summary>Share of weights pruned away, 0 to 1; null where it is not known.</summary>
    public double? Sparsity { get; init; }

    public required long FileBytes { get; init; }

    /// <summary>Size of the file after deflate; null where it was not measured.</summary>
    public long? CompressedBytes { get; init; }

    /// <summary>Size of the file packed for transport; null where it was not measured.</summary>
    public long? PackedBytes { get; init; }

    public string? Sha256 { get; init; }

    /// <summary>What it was last measured to be worth, as `lineup evaluate` does; null where it was not.</summary>
    public EvaluationListing? Evaluation { get; init; }

    /// <summary>How it came to be; null where that is not known.</summary>
    public RecipeListing? Recipe { get; init; }

    /// <summary>Growth of the silo's memory while it was loaded (an estimate); null unless loaded.</summary>
    public long? SessionBytes { get; init; }

    public double? LoadMs { get; init; }

    /// <summary>Pictures waiting for a lane.</summary>
    public required int Waiting { get; init; }

    /// <summary>Expected wait of a picture sent now.</summary>
    public required double PredictedWaitMs { get; init; }

    /// <summary>Names of the silos that have it, parted by commas.</summary>
    public required string Silo { get; init; }

    public required ReplicasResponse Replicas { get; init; }

    public required StatisticsResponse Statistics { get; init; }

    public static VariantResponse From(VariantListing variant, VariantStatus status) => new()
    {
        Model = variant.Id.Model,
        Name = variant.Id.Variant,
        State = status.State,
        Reason = status.Reason,
        Precision = variant.Precision,
        Sparsity = variant.Sparsity,
        FileBytes = variant.FileBytes,
        CompressedBytes = variant.CompressedBytes,
        PackedBytes = variant.PackedBytes,
        Sha256 = variant.Sha256,
        Evaluation = variant.Evaluation,
        Recipe = variant.Recipe,
        SessionBytes = status.SessionBytes,
        LoadMs = status.LoadTime is { } time ? Math.Round(time.TotalMilliseconds, 1) : null,
        Waiting = status.Waiting,
        PredictedWaitMs = Math.Round(status.PredictedWait.TotalMilliseconds, 1),
        Silo = status.Silo,
        Replicas = ReplicasResponse.From(status),
        Statistics = StatisticsResponse.From(status.Statistics),
    };
}

/// <summary>What a variant has served since its replicas began.</summary>
public sealed record StatisticsResponse
{
    /// <summary>Requests by outcome.</summary>
    public required IReadOnlyDictionary<ClassifyOutcome, long> Requests { get; init; }

    public required LatencyResponse Queue { get; init; }

    public required LatencyResponse Decode { get; init; }

    public required LatencyResponse Inference { get; init; }

    /// <summary>On the silo, from arrival to answer.</summary>
    public required LatencyResponse Total { get; init; }

    public static StatisticsResponse From(VariantStatistics statistics) => new()
    {
        Requests = statistics.Requests,
        Queue = LatencyResponse.From(statistics.Queue),
        Decode = LatencyResponse.From(statistics.Decode),
        Inference = LatencyResponse.From(statistics.Inference),
        Total = LatencyResponse.From(statistics.Total),
    };
}

/// <summary>Latencies in milliseconds; quantiles are within 3.2 %.</summary>
public sealed record LatencyResponse(long Count, double MeanMs, double P50Ms, double P90Ms, double P99Ms, double MaxMs)
{
    public static LatencyResponse From(LatencyHistogram histogram) => new(
        histogram.Count,
        Round(histogram.Mean),
        Round(histogram.Quantile(0.5)),
        Round(histogram.Quantile(0.9)),
        Round(histogram.Quantile(0.99)),
        Round(histogram.Max));

    private static double Round(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
