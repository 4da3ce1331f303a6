using System.Xml.Linq;

namespace Lineup.Reports.Charts;

/// <summary>
/// Draws a <see cref="ScatterPlot"/> as SVG: a bubble a variant, its area the compressed size, and a line along the variants worth
/// choosing between. No script, no font, no reference.
/// </summary>
public static class ScatterDrawing
{
    private const double SmallestRadius = 4;

    // A label this far from its bubble is led to by a line.
    private const double Near = 14;

    public static XElement Draw(ScatterPlot plot, ChartSheet sheet)
    {
        ArgumentOutOfRangeException.ThrowIfZero(plot.Points.Count);

        var frame = new ChartBox(sheet.IsNarrow ? 58 : 72, sheet.Top, sheet.Width - (sheet.IsNarrow ? 10 : 24), sheet.Height - (sheet.IsNarrow ? 54 : 68));

        // Time starts at zero, so that distances tell ratios; accuracy does not, or all would lie on one line.
        var slowest = plot.Points.Max(point => point.Milliseconds);
        var x = new ChartAxis(0, Math.Max(slowest, 0.001) * 1.2, frame.Left, frame.Right) { WantedTicks = sheet.IsNarrow ? 4 : 7 };
        var y = AccuracyAxis(plot.Points, frame);

        var largest = plot.Points.Max(point => point.Bytes);
        var bubbles = plot.Points
            .Select(point => new ChartBubble(
                x.Pixel(point.Milliseconds), y.Pixel(point.Percent), Radius(point.Bytes, largest, sheet.IsNarrow ? 20 : 30), point.Name))
            .ToList();

        var chart = Svg.Root(sheet, plot.Title, plot.Description, plot.Notes);
        chart.Add(
            ChartGrid.Vertical(frame, plot.TimeLabel, x.Ticks().Select(tick => (x.Pixel(tick), x.Label(tick)))),
            ChartGrid.Horizontal(y, frame, plot.AccuracyLabel, limit: 100),
            Front(plot, x, y),
            Intervals(plot, x, y),
            Bubbles(plot, bubbles),
            Labels(bubbles, frame));
        return chart;
    }

    private static ChartAxis AccuracyAxis(IReadOnlyList<ScatterPoint> points, ChartBox frame)
    {
        var (low, high) = (points.Min(point => point.Interval?.Low ?? point.Percent), points.Max(point => point.Interval?.High ?? point.Percent));

        // An interval leaves a bubble room by itself.
        var room = points.Any(point => point.Interval is not null) ? 0.12 : 0.3;
        var margin = Math.Max(high - low, 1) * room;
        return new(low - margin, high + margin, frame.Bottom, frame.Top);
    }

    private static XElement Front(ScatterPlot plot, ChartAxis x, ChartAxis y) => Svg.Element(
        "polyline",
        ("class", "front"),
        ("points", Svg.Points(ParetoFront.Of(plot.Points, point => point.Milliseconds, point => point.Percent)
            .Select(point => (x.Pixel(point.Milliseconds), y.Pixel(point.Percent))))),
        ("fill", "none"),
        ("stroke", ChartStyle.Axis),
        ("stroke-width", "1.5"),
        ("stroke-dasharray", "6 4"));

    private static XElement Intervals(ScatterPlot plot, ChartAxis x, ChartAxis y)
    {
        var whiskers = Svg.Group();
        foreach (var point in plot.Points)
        {
            if (point.Interval is not { } interval)
                continue;
            var (middle, top, bottom) = (x.Pixel(point.Milliseconds), y.Pixel(interval.High), y.Pixel(interval.Low));
            whiskers.Add(Svg.Element(
                "path",
                ("class", $"interval {ChartStyle.Class(point.Style)}"),
                ("d", $"M{Svg.Number(middle)} {Svg.Number(top)}V{Svg.Number(bottom)}M{Svg.Number(middle - 4)} {Svg.Number(top)}h8M{Svg.Number(middle - 4)} {Svg.Number(bottom)}h8"),
                ("fill", "none"),
                ("stroke", ChartStyle.Colour(point.Style)),
                ("stroke-opacity", "0.7")));
        }

        return whiskers;
    }

    /// <summary>The large ones first, so that no small one is hidden below them.</summary>
    private static XElement Bubbles(ScatterPlot plot, List<ChartBubble> bubbles)
    {
        var group = Svg.Group();
        foreach (var i in Enumerable.Range(0, bubbles.Count).OrderByDescending(i => bubbles[i].Radius))
        {
            var (point, bubble) = (plot.Points[i], bubbles[i]);
            var circle = Svg.Element(
                "circle",
                ("class", $"bubble {ChartStyle.Class(point.Style)}"),
                ("cx", Svg.Number(bubble.X)),
                ("cy", Svg.Number(bubble.Y)),
                ("r", Svg.Number(bubble.Radius)),
                ("fill", ChartStyle.Colour(point.Style)),
                ("fill-opacity", "0.55"),
                ("stroke", ChartStyle.Colour(point.Style)));
            circle.Add(new XElement(Svg.Namespace + "title", Svg.Legal(point.Description)));
            group.Add(circle);
        }

        return group;
    }

    private static XElement Labels(List<ChartBubble> bubbles, ChartBox frame)
    {
        var group = Svg.Group();
        foreach (var (box, bubble) in ChartLabels.Place(bubbles, frame).Zip(bubbles))
        {
            // The nearest point of the label, and how far it is from the bubble's edge.
            var (x, y) = (Math.Clamp(bubble.X, box.Left, box.Right), Math.Clamp(bubble.Y, box.Top, box.Bottom));
            var distance = Math.Sqrt(Math.Pow(x - bubble.X, 2) + Math.Pow(y - bubble.Y, 2));
            if (distance - bubble.Radius > Near)
            {
                var share = bubble.Radius / distance;
                group.Add(Svg.Line(bubble.X + ((x - bubble.X) * share), bubble.Y + ((y - bubble.Y) * share), x, y, "axis", ChartStyle.Axis));
            }

            group.Add(Svg.Text(
                (box.Left + box.Right) / 2, box.Bottom - (ChartLabels.FontSize * 0.3), bubble.Label, "label ink", ChartStyle.Ink, ("text-anchor", "middle")));
        }

        return group;
    }

    private static double Radius(long bytes, long largest, double largestRadius) =>
        Math.Max(largestRadius * Math.Sqrt(bytes / (double)Math.Max(largest, 1)), SmallestRadius);
}
