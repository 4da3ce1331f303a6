using System.Xml.Linq;

namespace Lineup.Reports.Charts;

/// <summary>Draws a <see cref="StagePlot"/> as SVG. Stages differ in their filling: hollow, hatched, full.</summary>
public static class StageDrawing
{
    private const double RowHeight = 46;
    private const double BarHeight = 16;
    private const string Ink = ChartStyle.Faint;

    /// <summary>How high a drawing of so many bars is.</summary>
    public static double HeightFor(int bars, ChartSheet sheet) => sheet.Top + 28 + (bars * RowHeight) + 50;

    /// <param name="plot">What to draw.</param>
    /// <param name="sheet">Its height is not looked at; see <see cref="HeightFor"/>.</param>
    public static XElement Draw(StagePlot plot, ChartSheet sheet)
    {
        sheet = sheet with { Height = HeightFor(plot.Bars.Count, sheet) };
        var frame = new ChartBox(14, sheet.Top + 28, sheet.Width - 14, sheet.Height - 50);
        var longest = plot.Bars.Select(bar => bar.Milliseconds.Sum()).DefaultIfEmpty().Max();
        var x = new ChartAxis(0, longest > 0 ? longest * 1.02 : 1, frame.Left, frame.Right) { WantedTicks = sheet.IsNarrow ? 4 : 8 };

        var chart = Svg.Root(sheet, plot.Title, plot.Description, plot.Notes);
        chart.Add(
            ChartGrid.Vertical(frame, plot.TimeLabel, x.Ticks().Select(tick => (x.Pixel(tick), x.Label(tick)))),
            Legend(plot, sheet),
            plot.Bars.Select((bar, i) => Row(bar, frame, frame.Top + (i * RowHeight), x)));
        return chart;
    }

    private static XElement Row(StageBar bar, ChartBox frame, double top, ChartAxis x)
    {
        var fits = ChartLabels.WidthOf(bar.Name) + ChartLabels.WidthOf(bar.Figures) + 8 <= frame.Width;
        var row = Svg.Group(
            Svg.Text(frame.Left, top + 18, bar.Name, "ink", ChartStyle.Ink, ("font-weight", "600")),
            Svg.Text(frame.Right, top + 18, fits ? bar.Figures : bar.Total, "faint", ChartStyle.Faint, ("text-anchor", "end")));
        var start = 0.0;
        for (var stage = 0; stage < bar.Milliseconds.Count; stage++)
        {
            var end = start + bar.Milliseconds[stage];
            row.Add(Piece(stage, new(x.Pixel(start), top + 24, x.Pixel(end), top + 24 + BarHeight), ChartStyle.Class(bar.Style), ChartStyle.Colour(bar.Style)));
            start = end;
        }

        return row;
    }

    private static XElement Legend(StagePlot plot, ChartSheet sheet)
    {
        var legend = Svg.Group(new XAttribute("aria-hidden", "true"));
        var (x, y) = (14.0, sheet.Top + 2);
        for (var stage = 0; stage < plot.Stages.Count; stage++)
        {
            legend.Add(
                Piece(stage, new(x, y, x + 22, y + 12), "stage-sample", Ink),
                Svg.Text(x + 28, y + 11, plot.Stages[stage], "ink", ChartStyle.Ink));
            x += 28 + ChartLabels.WidthOf(plot.Stages[stage]) + 16;
        }

        return legend;
    }

    private static XElement Piece(int stage, ChartBox box, string name, string colour)
    {
        var piece = Svg.Group();
        if (box.Width <= 0)
            return piece;

        // A hair's breadth between the pieces; what is thinner than its outline is drawn as a line.
        var inner = box with { Left = Math.Min(box.Left + 0.75, box.Right), Right = Math.Max(box.Right - 0.75, Math.Min(box.Left + 1.25, box.Right)) };
        var outline = Svg.Rectangle(inner, $"bar bar-{stage} {name}", colour);
        outline.Add(
            new XAttribute("stroke", colour),
            new XAttribute("fill-opacity", stage switch { 0 => "0", 1 => "0.18", _ => "0.85" }));
        piece.Add(outline);
        if (stage == 1)
            piece.Add(Hatching(inner, name, colour));
        return piece;
    }

    /// <summary>Slanted lines, cut to the box by hand: a pattern would need an id that is unique on the page.</summary>
    private static XElement Hatching(ChartBox box, string name, string colour)
    {
        var path = new System.Text.StringBuilder();
        for (var foot = box.Left - box.Height + 4; foot < box.Right; foot += 6)
        {
            var from = Math.Max(foot, box.Left);
            var to = Math.Min(foot + box.Height, box.Right);
            if (to > from)
                path.Append($"M{Svg.Number(from)} {Svg.Number(box.Bottom - (from - foot))}L{Svg.Number(to)} {Svg.Number(box.Bottom - (to - foot))}");
        }

        return Svg.Element("path", ("class", $"hatching {name}"), ("d", path.ToString()), ("fill", "none"), ("stroke", colour), ("stroke-width", "1"));
    }
}
