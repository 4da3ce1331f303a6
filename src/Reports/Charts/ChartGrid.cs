using System.Xml.Linq;

namespace Lineup.Reports.Charts;

/// <summary>The lines behind a chart, with the figures beside them. Left out for those who listen: the description has the values.</summary>
internal static class ChartGrid
{
    public static XElement Horizontal(ChartAxis y, ChartBox plot, string label, double limit = double.PositiveInfinity)
    {
        var grid = Svg.Group(new XAttribute("aria-hidden", "true"));
        foreach (var tick in y.Ticks().Where(tick => tick <= limit + 1e-9))
        {
            grid.Add(Svg.Line(plot.Left, y.Pixel(tick), plot.Right, y.Pixel(tick), "grid", ChartStyle.Grid));
            grid.Add(Svg.Text(plot.Left - 8, y.Pixel(tick) + 4, y.Label(tick), "faint", ChartStyle.Faint, ("text-anchor", "end")));
        }

        grid.Add(Svg.Line(plot.Left, plot.Top, plot.Left, plot.Bottom, "axis", ChartStyle.Axis));
        var (x, middle) = (plot.Left - 46, (plot.Top + plot.Bottom) / 2);
        grid.Add(Svg.Text(
            x, middle, label, "ink", ChartStyle.Ink, ("text-anchor", "middle"), ("transform", $"rotate(-90 {Svg.Number(x)} {Svg.Number(middle)})")));
        return grid;
    }

    public static XElement Vertical(ChartBox plot, string label, IEnumerable<(double Pixel, string Label)> ticks)
    {
        var grid = Svg.Group(new XAttribute("aria-hidden", "true"));
        foreach (var (pixel, text) in ticks)
        {
            grid.Add(Svg.Line(pixel, plot.Top, pixel, plot.Bottom, "grid", ChartStyle.Grid));
            grid.Add(Svg.Text(pixel, plot.Bottom + 20, text, "faint", ChartStyle.Faint, ("text-anchor", "middle")));
        }

        grid.Add(Svg.Line(plot.Left, plot.Bottom, plot.Right, plot.Bottom, "axis", ChartStyle.Axis));
        grid.Add(Svg.Text((plot.Left + plot.Right) / 2, plot.Bottom + 42, label, "ink", ChartStyle.Ink, ("text-anchor", "middle")));
        return grid;
    }
}
