using Lineup.Reports.Tables;

namespace Lineup.Compression.Evaluation.Reports;

/// <summary>The report as RFC 4180 CSV: a header, then a line a variant, with plain numbers in units the header names.</summary>
public static class CsvReport
{
    private static readonly (string Title, Func<EvaluationReport, VariantReport, object?> Cell)[] Columns =
    [
        ("model", (report, _) => report.Model),
        ("variant", (_, variant) => variant.Variant),
        ("precision", (_, variant) => variant.Precision),
        ("data_set", (report, _) => report.DataSet),
        ("images", (report, _) => report.Images),
        ("unreadable", (report, _) => report.Unreadable.Count),
        ("geometry", (report, _) => report.Geometry),
        ("top1_percent", (_, variant) => Math.Round(variant.Top1, 3)),
        ("top5_percent", (_, variant) => Math.Round(variant.Top5, 3)),
        ("agreement_percent", (_, variant) => Math.Round(variant.Agreement, 3)),
        ("kl_nats", (_, variant) => variant.Divergence is { } divergence ? Math.Round(divergence, 6) : null),
        ("right_to_wrong", (_, variant) => variant.RightToWrong),
        ("wrong_to_right", (_, variant) => variant.WrongToRight),
        ("mcnemar_p", (_, variant) => EvaluationRecords.ThreeDigits(variant.McNemarP)),
        ("not_finite", (_, variant) => variant.NotFinite),
        ("total_ms", (_, variant) => Milliseconds(variant.Times.Total)),
        ("mean_ms", (_, variant) => Milliseconds(variant.Times.Mean)),
        ("p50_ms", (_, variant) => Milliseconds(variant.Times.Median)),
        ("p99_ms", (_, variant) => Milliseconds(variant.Times.P99)),
        ("speed_up", (_, variant) => Math.Round(variant.SpeedUp, 3)),
        ("threads", (report, _) => report.Threads),
        ("bytes", (_, variant) => variant.Bytes),
        ("compressed_bytes", (_, variant) => variant.CompressedBytes),
        ("packed_bytes", (_, variant) => variant.PackedBytes),
        ("memory_bytes", (_, variant) => variant.MemoryBytes),
        ("cpu", (report, _) => report.Cpu.Name),
        ("cpu_features", (report, _) => string.Join(' ', report.Cpu.Features)),
        ("tool_version", (report, _) => report.ToolVersion),
    ];

    public static string Write(EvaluationReport report) => CsvText.Write(report.Variants
        .Select(variant => Columns.Select(column => column.Cell(report, variant)))
        .Prepend(Columns.Select(column => (object?)column.Title)));

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 4);
}
