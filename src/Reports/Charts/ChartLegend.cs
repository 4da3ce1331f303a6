using System.Xml.Linq;

namespace Lineup.Reports.Charts;

/// <summary>Names of the series with a piece of their line, in as many rows as it takes.</summary>
internal static class ChartLegend
{
    private const double RowHeight = 20;
    private const double SampleWidth = 30;
    private const double Gap = 16;

    /// <param name="series">Name and style of each.</param>
    /// <param name="sheet">What it is drawn on.</param>
    /// <param name="left">Where rows begin, in pixels.</param>
    /// <param name="bottom">Where what follows may begin.</param>
    public static XElement Draw(IEnumerable<(string Name, int Style)> series, ChartSheet sheet, double left, out double bottom)
    {
        var legend = Svg.Group(new XAttribute("aria-hidden", "true"));
        var (x, y) = (left, sheet.Top + 8);
        foreach (var (name, style) in series)
        {
            var width = SampleWidth + 6 + ChartLabels.WidthOf(name);
            if (x > left && x + width > sheet.Width - 8)
                (x, y) = (left, y + RowHeight);

            var line = Svg.Line(x, y, x + SampleWidth, y, $"line {ChartStyle.Class(style)}", ChartStyle.Colour(style));
            line.Add(new XAttribute("stroke-width", "2"));
            if (ChartStyle.Dashes(style) is { } dashes)
                line.Add(new XAttribute("stroke-dasharray", dashes));
            legend.Add(line);
            legend.Add(Svg.Element(
                "path",
                ("class", $"mark {ChartStyle.Class(style)}"),
                ("d", ChartStyle.Mark(style, x + (SampleWidth / 2), y, 4)),
                ("fill", ChartStyle.Colour(style))));
            legend.Add(Svg.Text(x + SampleWidth + 6, y + 4.5, name, "ink", ChartStyle.Ink));
            x += width + Gap;
        }

        bottom = y + RowHeight;
        return legend;
    }
}
