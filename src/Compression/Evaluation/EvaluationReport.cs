using Lineup.Compression.Pictures;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Evaluation;

/// <summary>What each variant of a model costs and gives up. The same again at every run, but for times and memory.</summary>
public sealed record EvaluationReport
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Name of the folder or archive of pictures.</summary>
    public required string DataSet { get; init; }

    /// <summary>Pictures that were evaluated, the same ones with every variant.</summary>
    public required int Images { get; init; }

    /// <summary>How pictures were brought to the input's size, such as "resize 256, crop 224".</summary>
    public required string Geometry { get; init; }

    /// <summary>Runs that went side by side.</summary>
    public required int Threads { get; init; }

    /// <summary>The processor, which times depend on, and the accuracy of int8 variants too.</summary>
    public required CpuDescription Cpu { get; init; }

    /// <summary>Version of the tool that measured.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>The original first, the others by name.</summary>
    public required IReadOnlyList<VariantReport> Variants { get; init; }

    /// <summary>Variants that could not be evaluated.</summary>
    public IReadOnlyList<VariantFailure> Failures { get; init; } = [];

    /// <summary>Pictures that could not be read and do not count.</summary>
    public IReadOnlyList<UnreadablePicture> Unreadable { get; init; } = [];

    /// <summary>Folders that are called like no class; their pictures do not count.</summary>
    public IReadOnlyList<UnknownClass> UnknownClasses { get; init; } = [];

    /// <summary>What should be known about the result, one line each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>A variant that could not be evaluated.</summary>
public sealed record VariantFailure(string Variant, string Reason);

/// <summary>One variant's line in the table.</summary>
public sealed record VariantReport
{
    /// <summary>The variant's name.</summary>
    public required string Variant { get; init; }

    /// <summary>Whether it is what the others are compared with.</summary>
    public bool IsOriginal { get; init; }

    /// <summary>Number format of the weights; null where it is not known.</summary>
    public string? Precision { get; init; }

    /// <summary>Pictures whose best class is the right one, in percent.</summary>
    public required double Top1 { get; init; }

    /// <summary>Pictures whose right class is among the best five, in percent.</summary>
    public required double Top5 { get; init; }

    /// <summary>Pictures whose best class is the original's best class, in percent.</summary>
    public required double Agreement { get; init; }

    /// <summary>Mean Kullback-Leibler divergence of the probabilities from the original's, in nats.</summary>
    public double? Divergence { get; init; }

    /// <summary>Pictures that the original gets right and this one wrong.</summary>
    public required int RightToWrong { get; init; }

    /// <summary>Pictures that the original gets wrong and this one right.</summary>
    public required int WrongToRight { get; init; }

    /// <summary>See <see cref="McNemar.PValue"/>; 1 for the original.</summary>
    public required double McNemarP { get; init; }

    /// <summary>Pictures that gave infinities or NaN; they count as wrong and are left out of the divergence.</summary>
    public int NotFinite { get; init; }

    /// <summary>How long the runs took.</summary>
    public required RunTimes Times { get; init; }

    /// <summary>The original's mean time over this one's.</summary>
    public required double SpeedUp { get; init; }

    /// <summary>Size of model.onnx.</summary>
    public required long Bytes { get; init; }

    /// <summary>Its size after deflate.</summary>
    public required long CompressedBytes { get; init; }

    /// <summary>Its size packed for transport.</summary>
    public required long PackedBytes { get; init; }

    /// <summary>Growth of the process while the variant was loaded and warmed up: an estimate.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>SHA-256 of model.onnx.</summary>
    public required string Sha256 { get; init; }
}
