using System.Xml.Linq;
using Lineup.ModelRepository;

namespace Lineup.Compression.Evaluation.Reports;

/// <summary>
/// Accuracy against latency as SVG: a bubble a variant, its area the compressed size, and a line along the variants worth choosing
/// between. It stands alone: no script, no font, no reference.
/// </summary>
public static class ScatterChart
{
    private const string Legend = "Area: compressed size. Dashed line: no other variant is both faster and more accurate.";
    private const double Width = 800;
    private const double Height = 520;
    private const double LargestRadius = 30;
    private const double SmallestRadius = 4;
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly ChartBox Plot = new(72, 92, 776, 452);

    // Told apart by people who see few colours (Okabe and Ito, 2008); each bubble is named too.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#4d4d4d"];

    public static string Write(EvaluationReport report)
    {
        var times = report.Variants.Select(variant => variant.Times.Mean.TotalMilliseconds).ToList();
        var accuracies = report.Variants.Select(variant => variant.Top1).ToList();

        // Time starts at zero, so that distances tell ratios; accuracy does not, or all would lie on one line.
        var x = new ChartAxis(0, Math.Max(times.Max(), 0.001) * 1.2, Plot.Left, Plot.Right);
        var margin = Math.Max(accuracies.Max() - accuracies.Min(), 1) * 0.3;
        var y = new ChartAxis(accuracies.Min() - margin, accuracies.Max() + margin, Plot.Bottom, Plot.Top);

        var largest = report.Variants.Max(variant => variant.CompressedBytes);
        var bubbles = report.Variants
            .Select(variant => new ChartBubble(
                x.Pixel(variant.Times.Mean.TotalMilliseconds),
                y.Pixel(variant.Top1),
                Radius(variant.CompressedBytes, largest),
                variant.Variant))
            .ToList();

        var title = $"{report.Model}: accuracy against latency";
        var chart = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Number(Width)} {Number(Height)}"),
            new XAttribute("width", Number(Width)),
            new XAttribute("height", Number(Height)),
            new XAttribute("role", "img"),
            new XAttribute("aria-labelledby", "title description"),
            new XAttribute("font-family", "system-ui, sans-serif"),
            new XAttribute("font-size", Number(ChartLabels.FontSize)),
            new XElement(Svg + "title", new XAttribute("id", "title"), title),
            new XElement(Svg + "desc", new XAttribute("id", "description"), Description(report)),
            Rectangle(new(0, 0, Width, Height), "#ffffff"),
            Text(Plot.Left, 30, title, "start", "#1a1a1a", ("font-size", "18"), ("font-weight", "600")),
            Text(Plot.Left, 52, EvaluationTable.Title(report), "start", "#595959"),
            Text(Plot.Left, 72, Legend, "start", "#595959"),
            Grid(x, y),
            Front(report, x, y),
            Bubbles(report, bubbles),
            Labels(bubbles));
        return $"{chart}\n";
    }

    private static string Description(EvaluationReport report)
    {
        var front = string.Join(", ", ParetoFront.Of(report.Variants).Select(variant => variant.Variant));
        return $"{Legal(EvaluationTable.Title(report))}. {string.Join("; ", report.Variants.Select(Describe))}. "
            + $"No other variant is both faster and more accurate than: {front}.";
    }

    private static string Describe(VariantReport variant) =>
        $"{variant.Variant}: top-1 {Cells.Percent(variant.Top1)} %, {Cells.Milliseconds(variant.Times.Mean)} ms a picture, "
        + $"{ByteSize.Format(variant.CompressedBytes)} compressed";

    private static XElement Grid(ChartAxis x, ChartAxis y)
    {
        var grid = new XElement(Svg + "g", new XAttribute("aria-hidden", "true"));
        foreach (var tick in x.Ticks())
        {
            grid.Add(Line(x.Pixel(tick), Plot.Top, x.Pixel(tick), Plot.Bottom, "#e6e6e6"));
            grid.Add(Text(x.Pixel(tick), Plot.Bottom + 20, x.Label(tick), "middle", "#595959"));
        }

        foreach (var tick in y.Ticks())
        {
            grid.Add(Line(Plot.Left, y.Pixel(tick), Plot.Right, y.Pixel(tick), "#e6e6e6"));
            grid.Add(Text(Plot.Left - 8, y.Pixel(tick) + 4, y.Label(tick), "end", "#595959"));
        }

        grid.Add(Line(Plot.Left, Plot.Bottom, Plot.Right, Plot.Bottom, "#8c8c8c"));
        grid.Add(Line(Plot.Left, Plot.Top, Plot.Left, Plot.Bottom, "#8c8c8c"));
        grid.Add(Text((Plot.Left + Plot.Right) / 2, Plot.Bottom + 46, "run time a picture, ms (less is better)", "middle", "#1a1a1a"));
        var (middle, left) = (Number((Plot.Top + Plot.Bottom) / 2), Number(22));
        grid.Add(Text(22, (Plot.Top + Plot.Bottom) / 2, "top-1, %", "middle", "#1a1a1a", ("transform", $"rotate(-90 {left} {middle})")));
        return grid;
    }

    private static XElement Front(EvaluationReport report, ChartAxis x, ChartAxis y)
    {
        var points = ParetoFront.Of(report.Variants)
            .Select(variant => $"{Number(x.Pixel(variant.Times.Mean.TotalMilliseconds))},{Number(y.Pixel(variant.Top1))}");
        return new(
            Svg + "polyline",
            new XAttribute("points", string.Join(' ', points)),
            new XAttribute("fill", "none"),
            new XAttribute("stroke", "#8c8c8c"),
            new XAttribute("stroke-width", "1.5"),
            new XAttribute("stroke-dasharray", "6 4"));
    }

    /// <summary>The large ones first, so that no small one is hidden below them.</summary>
    private static XElement Bubbles(EvaluationReport report, List<ChartBubble> bubbles) => new(
        Svg + "g",
        Enumerable.Range(0, bubbles.Count).OrderByDescending(i => bubbles[i].Radius).Select(i => new XElement(
            Svg + "circle",
            new XAttribute("cx", Number(bubbles[i].X)),
            new XAttribute("cy", Number(bubbles[i].Y)),
            new XAttribute("r", Number(bubbles[i].Radius)),
            new XAttribute("fill", Colours[i % Colours.Length]),
            new XAttribute("fill-opacity", "0.65"),
            new XAttribute("stroke", Colours[i % Colours.Length]),
            new XElement(Svg + "title", Describe(report.Variants[i])))));

    private static XElement Labels(List<ChartBubble> bubbles) => new(
        Svg + "g",
        ChartLabels.Place(bubbles, Plot).Zip(bubbles, (box, bubble) =>
            Text((box.Left + box.Right) / 2, box.Bottom - (ChartLabels.FontSize * 0.3), bubble.Label, "middle", "#1a1a1a")));

    private static double Radius(long bytes, long largest) =>
        Math.Max(LargestRadius * Math.Sqrt(bytes / (double)Math.Max(largest, 1)), SmallestRadius);

    private static XElement Rectangle(ChartBox box, string fill) => new(
        Svg + "rect",
        new XAttribute("x", Number(box.Left)),
        new XAttribute("y", Number(box.Top)),
        new XAttribute("width", Number(box.Right - box.Left)),
        new XAttribute("height", Number(box.Bottom - box.Top)),
        new XAttribute("fill", fill));

    private static XElement Line(double x1, double y1, double x2, double y2, string stroke) => new(
        Svg + "line",
        new XAttribute("x1", Number(x1)),
        new XAttribute("y1", Number(y1)),
        new XAttribute("x2", Number(x2)),
        new XAttribute("y2", Number(y2)),
        new XAttribute("stroke", stroke));

    private static XElement Text(
        double x, double y, string text, string anchor, string fill, params (string Name, string Value)[] more) => new(
        Svg + "text",
        new XAttribute("x", Number(x)),
        new XAttribute("y", Number(y)),
        new XAttribute("text-anchor", anchor),
        new XAttribute("fill", fill),
        more.Select(attribute => new XAttribute(attribute.Name, attribute.Value)),
        Legal(text));

    // A folder's name may hold control characters; XML may not.
    private static string Legal(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    private static string Number(double value) => Cells.Fixed(value, "0.##");
}
