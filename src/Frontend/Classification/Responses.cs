using Lineup.GrainInterfaces.Variants;

namespace Lineup.Frontend.Classification;

/// <summary>The best classes for one picture by one variant, and where the time went.</summary>
public sealed record ClassificationResponse
{
    public required string Model { get; init; }

    public required string Variant { get; init; }

    /// <summary>Best first.</summary>
    public required IReadOnlyList<PredictionResponse> Predictions { get; init; }

    public required TimingResponse Timing { get; init; }

    /// <summary>Name of the silo that answered.</summary>
    public required string Silo { get; init; }
}

/// <summary>One class with its probability.</summary>
public sealed record PredictionResponse
{
    /// <summary>1 for the best.</summary>
    public required int Rank { get; init; }

    /// <summary>Index in the model's output.</summary>
    public required int Index { get; init; }

    /// <summary>The class's id, such as a WordNet id; null where the labels have none.</summary>
    public string? Id { get; init; }

    public required string Label { get; init; }

    /// <summary>0 to 1.</summary>
    public required float Probability { get; init; }

    public static PredictionResponse[] From(IReadOnlyList<Prediction> predictions)
    {
        var response = new PredictionResponse[predictions.Count];
        for (var i = 0; i < response.Length; i++)
        {
            var prediction = predictions[i];
            response[i] = new()
            {
                Rank = i + 1,
                Index = prediction.Index,
                Id = prediction.Id,
                Label = prediction.Label,
                Probability = prediction.Probability,
            };
        }

        return response;
    }
}

/// <summary>Where the time went, in milliseconds.</summary>
public sealed record TimingResponse
{
    /// <summary>Receiving and checking the upload.</summary>
    public required double ReceiveMs { get; init; }

    /// <summary>Waiting for a lane, and for the variant to load.</summary>
    public required double QueueMs { get; init; }

    /// <summary>Decoding, resizing and normalising.</summary>
    public required double DecodeMs { get; init; }

    /// <summary>True where the picture had already been decoded for another variant of the comparison.</summary>
    public bool DecodeShared { get; init; }

    /// <summary>The model's run with softmax and top-k.</summary>
    public required double InferenceMs { get; init; }

    /// <summary>From the request's first byte of body to its answer, as the frontend saw it.</summary>
    public required double TotalMs { get; init; }

    public static TimingResponse From(StageTimes times, TimeSpan receive, TimeSpan total) => new()
    {
        ReceiveMs = Round(receive),
        QueueMs = Round(times.Queue),
        DecodeMs = Round(times.Decode),
        DecodeShared = times.DecodeShared,
        InferenceMs = Round(times.Inference),
        TotalMs = Round(total),
    };

    private static double Round(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}

/// <summary>One picture by all variants of a model.</summary>
public sealed record ComparisonResponse
{
    public required string Model { get; init; }

    /// <summary>Receiving and checking the upload, in milliseconds.</summary>
    public required double ReceiveMs { get; init; }

    /// <summary>The variants that answered, the original first.</summary>
    public required IReadOnlyList<ComparedVariant> Variants { get; init; }

    /// <summary>Variants that did not take part or failed, and why.</summary>
    public required IReadOnlyList<SkippedVariant> Skipped { get; init; }
}

/// <summary>One variant's answer beside the original's.</summary>
public sealed record ComparedVariant
{
    public required string Variant { get; init; }

    public required IReadOnlyList<PredictionResponse> Predictions { get; init; }

    public required TimingResponse Timing { get; init; }

    /// <summary>The original's inference time divided by this one's; null where the original did not answer.</summary>
    public double? SpeedUp { get; init; }

    /// <summary>Whether the best class is the original's; null where the original did not answer.</summary>
    public bool? AgreesWithOriginal { get; init; }

    /// <summary>How many of the top classes are among the original's too; null where the original did not answer.</summary>
    public int? SharedTopClasses { get; init; }

    public required string Silo { get; init; }
}

/// <summary>A variant without an answer.</summary>
public sealed record SkippedVariant(string Variant, string Reason);
