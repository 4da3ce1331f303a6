using System.Globalization;
using System.Text.Json;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;

namespace Lineup.Compression.Evaluation;

/// <summary>Puts a report's results into the variants' variant.json.</summary>
public static class EvaluationRecords
{
    /// <summary>Saves the result of every variant of the report; each file is replaced whole, and keeps all else it says.</summary>
    /// <exception cref="EvaluationException">A file could not be read or written; it is unharmed, and those before it are saved.</exception>
    public static async Task SaveAsync(StoredModel model, EvaluationReport report, CancellationToken cancellationToken)
    {
        // All or none: the variants of one evaluation are compared with each other.
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var result in report.Variants)
        {
            var entry = model.Variants.First(variant => variant.Manifest.Name == result.Variant);
            var measured = new VariantManifest
            {
                Name = result.Variant,
                Sha256 = result.Sha256,
                Bytes = result.Bytes,
                CompressedBytes = result.CompressedBytes,
                PackedBytes = result.PackedBytes,
            };
            try
            {
                await VariantEvaluations.SaveAsync(entry, measured, Of(report, result), CancellationToken.None);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
            {
                throw new EvaluationException(
                    $"the result of {report.Model}/{result.Variant} cannot be saved: {error.Message.ReplaceLineEndings(" ")}; "
                    + $"see to its {VariantManifest.FileName}, or evaluate without saving",
                    error);
            }
        }
    }

    /// <summary>What variant.json says about a result, rounded to what it is worth.</summary>
    internal static VariantEvaluation Of(EvaluationReport report, VariantReport result) => new()
    {
        DataSet = report.DataSet,
        Images = report.Images,
        Unreadable = report.Unreadable.Count,
        Geometry = report.Geometry,
        Top1 = Math.Round(result.Top1, 3),
        Top5 = Math.Round(result.Top5, 3),
        Agreement = Math.Round(result.Agreement, 3),
        Kl = result.Divergence is { } divergence ? Math.Round(divergence, 6) : null,
        RightToWrong = result.RightToWrong,
        WrongToRight = result.WrongToRight,
        McNemarP = ThreeDigits(result.McNemarP),
        MeanMs = Math.Round(result.Times.Mean.TotalMilliseconds, 3),
        P50Ms = Math.Round(result.Times.Median.TotalMilliseconds, 3),
        Threads = report.Threads,
        MemoryBytes = result.MemoryBytes,
        Cpu = report.Cpu,
        ToolVersion = report.ToolVersion,
    };

    /// <summary>A probability may be tiny, so its digits count and not its places.</summary>
    internal static double ThreeDigits(double value) =>
        double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
