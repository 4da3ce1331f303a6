using System.Globalization;

namespace Lineup.ModelRepository.Manifests;

/// <summary>What variant.json says about one ONNX file of a model. A variant without the file is served too, as far as it is known.</summary>
public sealed record VariantManifest
{
    /// <summary>The name of the file that holds it, in the variant's folder.</summary>
    public const string FileName = "variant.json";

    /// <summary>Version of this schema; 1 is the only one so far.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The variant's name, which is its folder's name too; see <see cref="ModelNames"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Number format of the weights: fp32, fp16, int8; null where it is not known.</summary>
    public string? Precision { get; init; }

    /// <summary>Share of the weights that are zero by pruning, 0 to 1; null where it was not pruned or is not known.</summary>
    public double? Sparsity { get; init; }

    /// <summary>SHA-256 of the ONNX file, 64 lower-case hexadecimal digits; null where it is not known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Size of the ONNX file in bytes; null where it is not known.</summary>
    public long? Bytes { get; init; }

    /// <summary>Size in bytes of the ONNX file after deflate; null where it was not measured.</summary>
    public long? CompressedBytes { get; init; }

    /// <summary>Size in bytes of the ONNX file packed for transport; null where it was not measured.</summary>
    public long? PackedBytes { get; init; }

    /// <summary>How the file came to be.</summary>
    public VariantRecipe? Recipe { get; init; }

    /// <summary>What it was last measured to be worth; null where it was not evaluated.</summary>
    public VariantEvaluation? Evaluation { get; init; }

    /// <summary>
    /// Says everything that is wrong with this manifest as the one of the variant <paramref name="variantName"/> whose ONNX file has
    /// <paramref name="fileBytes"/> bytes; empty when it is sound.
    /// </summary>
    public IEnumerable<string> Problems(string variantName, long fileBytes)
    {
        if (Schema != 1)
            yield return $"schema must be 1, not {Schema}: this version of Lineup knows no other";
        if (Name != variantName)
            yield return $"name is '{Name}' but the variant is '{variantName}': make them the same";
        if (Sha256 is not null && !ManifestHash.IsValid(Sha256))
            yield return "sha256 must be 64 lower-case hexadecimal digits";
        if (Sparsity is < 0 or > 1)
            yield return string.Create(CultureInfo.InvariantCulture, $"sparsity must be 0 to 1, not {Sparsity}");

        // The cheap half of an integrity check: a truncated or replaced file shows itself without being read.
        if (Bytes is { } bytes && bytes != fileBytes)
            yield return $"model.onnx has {fileBytes} bytes but bytes says {bytes}: restore the file or correct the manifest";
    }
}

/// <summary>How a variant was made.</summary>
public sealed record VariantRecipe
{
    /// <summary>The kind of a downloaded file.</summary>
    public const string Pull = "pull";

    /// <summary>The kind of a file that Lineup made from another variant.</summary>
    public const string Compress = "compress";

    /// <summary>The kind of a file that Lineup trained from nothing.</summary>
    public const string Train = "train";

    /// <summary>The kind of a variant whose weights Lineup trained further.</summary>
    public const string Retrain = "retrain";

    /// <summary>What made it: "pull" for a downloaded file, "compress" or "retrain" for one made from another variant, "train" for one made from nothing.</summary>
    public required string Kind { get; init; }

    /// <summary>Version of the Lineup tool that wrote the file.</summary>
    public string? ToolVersion { get; init; }

    /// <summary>The address a pulled file came from.</summary>
    public string? Url { get; init; }

    /// <summary>The variant it was made from.</summary>
    public string? Parent { get; init; }

    /// <summary>SHA-256 of the parent's ONNX file.</summary>
    public string? ParentSha256 { get; init; }

    /// <summary>What was done, in order, each step with the choices that were made.</summary>
    public IReadOnlyList<string>? Steps { get; init; }

    /// <summary>Name of the calibration set; null where none was needed.</summary>
    public string? Calibration { get; init; }

    /// <summary>Pictures it was calibrated on.</summary>
    public int? CalibrationPictures { get; init; }

    /// <summary>Pictures kept apart to verify it on.</summary>
    public int? HeldOutPictures { get; init; }

    /// <summary>Share of held-out pictures with the parent's best class, 0 to 1.</summary>
    public double? Agreement { get; init; }

    /// <summary>Mean divergence KL(parent || variant) of the class probabilities on held-out pictures, in nats.</summary>
    public double? Kl { get; init; }

    /// <summary>The processor it was made and verified on: the accuracy of int8 depends on it.</summary>
    public CpuDescription? Cpu { get; init; }
}
