using Lineup.Compression.Pictures;
using Lineup.ModelRepository.Storage;

namespace Lineup.Compression.Evaluation;

/// <summary>What is to be evaluated, and on what.</summary>
public sealed record EvaluationRequest
{
    /// <summary>The model. Its original is always evaluated: everything else is compared with it.</summary>
    public required StoredModel Model { get; init; }

    /// <summary>The labelled pictures; the caller disposes them.</summary>
    public required PictureSet Pictures { get; init; }

    /// <summary>Names of the variants; null for all.</summary>
    public IReadOnlyList<string>? Variants { get; init; }

    /// <summary>How many pictures, drawn by <see cref="Seed"/>; null for all.</summary>
    public int? Count { get; init; }

    /// <summary>Decides which pictures make up <see cref="Count"/>.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Takes the place of the geometry in model.json; null to follow that.</summary>
    public EvaluationGeometry? Geometry { get; init; }

    /// <summary>
    /// Pictures worked on at once, each on one thread. Default: as many as there are cores. Scores do not depend on it; times do,
    /// since runs side by side share caches and memory bandwidth: 1 for the times of a lone run.
    /// </summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}

/// <summary>What an evaluation is busy with.</summary>
public enum EvaluationStage
{
    /// <summary>Hashing and deflating the variants' files.</summary>
    Measuring,

    /// <summary>Loading the variants and warming them up.</summary>
    Loading,

    /// <summary>Running all variants on the pictures.</summary>
    Evaluating,
}

/// <summary>How far an evaluation has come; reported by one thread at a time, in order.</summary>
/// <param name="Stage">What it is busy with.</param>
/// <param name="Done">Bytes, variants or pictures done, as the stage goes.</param>
/// <param name="Total">Of how many.</param>
public sealed record EvaluationProgress(EvaluationStage Stage, long Done, long Total);

/// <summary>An evaluation that cannot be made. The message says why and what to try, and is fit to be shown to a user.</summary>
public sealed class EvaluationException(string message, Exception? inner = null) : Exception(message, inner);
