using System.Xml.Linq;

namespace Lineup.Reports.Charts;

/// <summary>Draws a <see cref="LinePlot"/> as SVG. Lines differ in colour, dashes and marks.</summary>
public static class LineDrawing
{
    private const double MarkRadius = 3.5;

    public static XElement Draw(LinePlot plot, ChartSheet sheet)
    {
        var legend = ChartLegend.Draw(plot.Series.Select(series => (series.Name, series.Style)), sheet, sheet.IsNarrow ? 8 : 62, out var top);
        var frame = new ChartBox(sheet.IsNarrow ? 58 : 64, top, sheet.Width - 14, sheet.Height - 54);

        var highest = plot.Series.SelectMany(series => series.Points).Max(point => point.Value) ?? 0;
        var x = new ChartAxis(-plot.Window.TotalMinutes, 0, frame.Left, frame.Right);
        var y = new ChartAxis(0, highest > 0 ? highest * 1.1 : 1, frame.Bottom, frame.Top) { WantedTicks = 5 };

        var chart = Svg.Root(sheet, plot.Title, plot.Description, plot.Notes);
        chart.Add(
            ChartGrid.Vertical(frame, plot.TimeLabel, Minutes(plot.Window).Select(minute => (x.Pixel(-minute), Svg.Number(minute)))),
            ChartGrid.Horizontal(y, frame, plot.ValueLabel),
            legend,
            plot.Series.Select(series => Line(series, x, y)));
        if (!plot.Series.Any(series => series.Points.Any(point => point.Value is not null)))
        {
            chart.Add(Svg.Text(
                (frame.Left + frame.Right) / 2, (frame.Top + frame.Bottom) / 2, plot.Empty, "faint", ChartStyle.Faint, ("text-anchor", "middle")));
        }

        return chart;
    }

    private static IEnumerable<int> Minutes(TimeSpan window) => Enumerable.Range(0, (int)window.TotalMinutes + 1);

    private static XElement Line(LineSeries series, ChartAxis x, ChartAxis y)
    {
        var (name, colour) = (ChartStyle.Class(series.Style), ChartStyle.Colour(series.Style));
        var group = Svg.Group();
        foreach (var stretch in Stretches(series.Points))
        {
            var points = stretch.Select(point => (X: x.Pixel(-point.Ago.TotalMinutes), Y: y.Pixel(point.Value!.Value))).ToList();
            if (points.Count > 1)
            {
                group.Add(Svg.Element(
                    "polyline",
                    ("class", $"line {name}"),
                    ("points", Svg.Points(points)),
                    ("fill", "none"),
                    ("stroke", colour),
                    ("stroke-width", "2"),
                    ("stroke-linejoin", "round"),
                    ("stroke-dasharray", ChartStyle.Dashes(series.Style))));
            }

            // Some marks are enough to tell lines apart; each series begins with another one, so that marks seldom meet.
            for (var i = 0; i < points.Count; i++)
            {
                if (i != 0 && i != points.Count - 1 && (i + series.Style) % 4 != 0)
                    continue;
                group.Add(Svg.Element(
                    "path", ("class", $"mark {name}"), ("d", ChartStyle.Mark(series.Style, points[i].X, points[i].Y, MarkRadius)), ("fill", colour)));
            }
        }

        return group;
    }

    /// <summary>The line's pieces between missing values.</summary>
    private static List<List<LinePoint>> Stretches(IReadOnlyList<LinePoint> points)
    {
        List<List<LinePoint>> stretches = [];
        var open = false;
        foreach (var point in points)
        {
            if (point.Value is not null && !open)
                stretches.Add([]);
            if (point.Value is not null)
                stretches[^1].Add(point);
            open = point.Value is not null;
        }

        return stretches;
    }
}
