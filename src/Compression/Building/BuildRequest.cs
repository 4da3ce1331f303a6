using Lineup.Compression.HalfPrecision;
using Lineup.Compression.Pictures;
using Lineup.Compression.Pruning;
using Lineup.Compression.Quantization;
using Lineup.ModelRepository.Storage;

namespace Lineup.Compression.Building;

/// <summary>Which variants to make of a model, from what, and how.</summary>
public sealed record BuildRequest
{
    /// <summary>The model; its original is what variants are made from.</summary>
    public required StoredModel Model { get; init; }

    /// <summary>Names of <see cref="VariantRecipes"/>: fp16, int8, pruned, pruned-int8, pruned-channels, pruned-channels-int8.</summary>
    public required IReadOnlyList<string> Variants { get; init; }

    /// <summary>Pictures like those the model will see, unlabelled; null where no variant needs them and none is to be verified on them.</summary>
    public PictureSet? Calibration { get; init; }

    /// <summary>Most pictures to take from the set; null for all.</summary>
    public int? CalibrationLimit { get; init; }

    /// <summary>Most bytes of encoded pictures to keep in memory. Default: no limit.</summary>
    public long CalibrationBytes { get; init; } = long.MaxValue;

    public HalfPrecisionOptions HalfPrecision { get; init; } = new();

    public QuantizationOptions Quantization { get; init; } = new();

    public PruningOptions Pruning { get; init; } = new();

    /// <summary>
    /// Least share of held-out pictures, 0 to 1, on which a variant must agree with the original; null for what its recipe has.
    /// </summary>
    public double? Floor { get; init; }

    /// <summary>Keeps a variant that fails its verification, and replaces one that Lineup did not make. Default: false.</summary>
    public bool Force { get; init; }
}

/// <summary>How far a build is.</summary>
public readonly record struct BuildProgress(string Variant, string Stage, int Done, int Total)
{
    internal const string DoneStage = "done";

    /// <summary>Whether the variant has been made, verified and installed.</summary>
    public bool IsDone => Stage == DoneStage;
}

/// <summary>A build that cannot go on. The message says what happened, to which variant, and what to try.</summary>
public sealed class BuildException : Exception
{
    /// <summary>The variant could have been kept or replaced with <see cref="BuildRequest.Force"/>.</summary>
    public bool IsRefusal { get; init; }

    public BuildException(string message)
        : base(message)
    {
    }

    public BuildException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
