using System.Text.Encodings.Web;
using System.Text.Json;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Evaluation.Reports;

/// <summary>The report as JSON, with everything in it.</summary>
public static class JsonReport
{
    // The file is no web page: names may be written as they are.
    private static readonly JsonSerializerOptions Options = new(ManifestJson.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(EvaluationReport report)
    {
        var content = new
        {
            Schema = 1,
            report.Model,
            report.DataSet,
            report.Images,
            report.Geometry,
            report.Threads,
            report.Cpu,
            report.ToolVersion,
            Variants = report.Variants.Select(variant => new
            {
                Name = variant.Variant,
                variant.Precision,
                Evaluation = EvaluationRecords.Of(report, variant),
                variant.NotFinite,
                TotalMs = Math.Round(variant.Times.Total.TotalMilliseconds, 1),
                P99Ms = Math.Round(variant.Times.P99.TotalMilliseconds, 3),
                SpeedUp = Math.Round(variant.SpeedUp, 3),
                variant.Bytes,
                variant.CompressedBytes,
                variant.PackedBytes,
                variant.Sha256,
            }),
            report.Failures,
            report.Unreadable,
            report.UnknownClasses,
            report.Warnings,
        };
        return JsonSerializer.Serialize(content, Options) + "\n";
    }
}
