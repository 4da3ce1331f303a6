using Lineup.ModelRepository;

namespace Lineup.Compression.Evaluation.Reports;

/// <summary>The table as it fits a screen: one line a variant, figures as text.</summary>
public static class EvaluationTable
{
    public static IReadOnlyList<string> Columns { get; } =
    [
        "variant", "top-1 %", "top-5 %", "agreement %", "r->w / w->r", "p", "ms/image", "speed-up", "size", "compressed", "packed",
    ];

    /// <summary>What the figures belong to, in one line.</summary>
    public static string Title(EvaluationReport report) =>
        $"{report.Model} on {report.DataSet}: {report.Images} pictures, {report.Geometry}, {Threads(report)}";

    public static IReadOnlyList<string[]> Rows(EvaluationReport report) => [.. report.Variants.Select(Row)];

    internal static string Threads(EvaluationReport report) => report.Threads == 1 ? "1 thread" : $"{report.Threads} threads";

    private static string[] Row(VariantReport variant) =>
    [
        variant.Variant,
        Cells.Percent(variant.Top1),
        Cells.Percent(variant.Top5),
        variant.IsOriginal ? Cells.Nothing : Cells.Percent(variant.Agreement),
        variant.IsOriginal ? Cells.Nothing : $"{variant.RightToWrong} / {variant.WrongToRight}",
        variant.IsOriginal ? Cells.Nothing : Cells.Probability(variant.McNemarP),
        Cells.Milliseconds(variant.Times.Mean),
        Cells.Factor(variant.SpeedUp),
        ByteSize.Format(variant.Bytes),
        ByteSize.Format(variant.CompressedBytes),
        ByteSize.Format(variant.PackedBytes),
    ];
}
