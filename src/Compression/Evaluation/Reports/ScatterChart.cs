using Lineup.ModelRepository;
using Lineup.Reports.Charts;
using Lineup.Reports.Intervals;

namespace Lineup.Compression.Evaluation.Reports;

/// <summary>A report as an SVG file: accuracy against latency.</summary>
public static class ScatterChart
{
    private const string Legend = "Area: compressed size. Bar: 95 % interval. Dashed line: no other variant is both faster and more accurate.";

    public static string Write(EvaluationReport report)
    {
        var plot = new ScatterPlot
        {
            Title = $"{report.Model}: accuracy against latency",
            Description = Description(report),
            Notes = [EvaluationTable.Title(report), Legend],
            TimeLabel = "run time a picture, ms (less is better)",
            AccuracyLabel = "top-1, %",
            Points = report.Variants.Select(Point).ToArray(),
        };
        return $"{ScatterDrawing.Draw(plot, ChartSheet.File)}\n";

        ScatterPoint Point(VariantReport variant, int style)
        {
            var interval = WilsonInterval.Of(variant.Top1, Math.Max(report.Images, 1));
            return new(variant.Variant, style, variant.Times.Mean.TotalMilliseconds, variant.Top1, variant.CompressedBytes, Describe(variant))
            {
                Interval = (interval.Low, interval.High),
            };
        }
    }

    private static string Description(EvaluationReport report)
    {
        var front = ParetoFront.Of(report.Variants, variant => variant.Times.Mean.TotalMilliseconds, variant => variant.Top1);
        return $"{EvaluationTable.Title(report)}. {string.Join("; ", report.Variants.Select(Describe))}. "
            + $"No other variant is both faster and more accurate than: {string.Join(", ", front.Select(variant => variant.Variant))}.";
    }

    private static string Describe(VariantReport variant) =>
        $"{variant.Variant}: top-1 {Cells.Percent(variant.Top1)} %, {Cells.Milliseconds(variant.Times.Mean)} ms a picture, "
        + $"{ByteSize.Format(variant.CompressedBytes)} compressed";
}
