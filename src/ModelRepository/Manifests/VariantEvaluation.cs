using System.Text.Json.Serialization;

namespace Lineup.ModelRepository.Manifests;

/// <summary>
/// What a variant was measured to be worth, and against which pictures. Everything but the times comes out the same again on the same
/// kind of processor, so no time of day is kept.
/// </summary>
public sealed record VariantEvaluation
{
    /// <summary>Name of the folder or archive of labelled pictures.</summary>
    public required string DataSet { get; init; }

    /// <summary>Pictures that were evaluated.</summary>
    public required int Images { get; init; }

    /// <summary>Pictures that could not be read and are not among <see cref="Images"/>.</summary>
    public int Unreadable { get; init; }

    /// <summary>How a picture was brought to the input's size, such as "resize 256, crop 224".</summary>
    public required string Geometry { get; init; }

    /// <summary>Pictures whose best class is the right one, in percent.</summary>
    public required double Top1 { get; init; }

    /// <summary>Pictures whose right class is among the best five, in percent.</summary>
    public required double Top5 { get; init; }

    /// <summary>Pictures whose best class is the original's best class, in percent; 100 for the original.</summary>
    public required double Agreement { get; init; }

    /// <summary>Mean Kullback-Leibler divergence of the variant's probabilities from the original's, in nats; 0 for the original.</summary>
    public double? Kl { get; init; }

    /// <summary>Pictures that the original gets right and the variant wrong.</summary>
    public required int RightToWrong { get; init; }

    /// <summary>Pictures that the original gets wrong and the variant right.</summary>
    public required int WrongToRight { get; init; }

    /// <summary>How likely chance alone makes the two counts differ as much or more (McNemar's test), 0 to 1.</summary>
    [JsonPropertyName("mcnemarP")]
    public required double McNemarP { get; init; }

    /// <summary>Mean time of a single-threaded run on one picture in milliseconds, without decoding.</summary>
    public required double MeanMs { get; init; }

    /// <summary>Median of the same.</summary>
    public required double P50Ms { get; init; }

    /// <summary>How many runs went side by side while times were taken.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Growth of the process while the variant was loaded, in bytes: an estimate. Null where it was not measured.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The processor: times depend on it, and the accuracy of int8 variants too.</summary>
    public required CpuDescription Cpu { get; init; }

    /// <summary>Version of the Lineup tool that measured.</summary>
    public string? ToolVersion { get; init; }
}

/// <summary>A processor, as far as results depend on it.</summary>
public sealed record CpuDescription
{
    /// <summary>What the processor calls itself.</summary>
    public required string Name { get; init; }

    /// <summary>Instructions that decide which kernels ONNX Runtime picks, named as in Linux's cpuinfo: avx2, avx512_vnni, ...</summary>
    public IReadOnlyList<string> Features { get; init; } = [];
}
