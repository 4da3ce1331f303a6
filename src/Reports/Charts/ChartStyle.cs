namespace Lineup.Reports.Charts;

/// <summary>
/// How one series is told apart from the others: by colour, and by dashes and marks for people who see few colours. Colours keep a
/// contrast of 3 to 1 with white (WCAG 2.2, 1.4.11); a page may set others on the class.
/// </summary>
internal static class ChartStyle
{
    public const string Ink = "#16181d";
    public const string Faint = "#565b69";
    public const string Grid = "#e6e6e6";
    public const string Axis = "#8c8c8c";
    public const string Ground = "#ffffff";

    private static readonly string[] Colours =
        ["#3b3fb6", "#b34700", "#0b6e5b", "#a3267f", "#7a5c00", "#1d6fa8", "#8f1f1f", "#565b69"];

    private static readonly string?[] DashPatterns = [null, "7 4", "2 3", "10 3 2 3", "5 2", "12 4", "2 6", "8 3 2 3 2 3"];

    public static string Colour(int style) => Colours[style % Colours.Length];

    public static string? Dashes(int style) => DashPatterns[style % DashPatterns.Length];

    /// <summary>The class that a page's style sheet colours.</summary>
    public static string Class(int style) => $"series-{style % Colours.Length}";

    /// <summary>A mark as the data of an SVG path: circle, square, triangle, diamond, cross or a triangle on its head.</summary>
    public static string Mark(int style, double x, double y, double radius)
    {
        var r = radius;
        return (style % 6) switch
        {
            0 => $"M{Svg.Number(x - r)} {Svg.Number(y)}a{Svg.Number(r)} {Svg.Number(r)} 0 1 0 {Svg.Number(2 * r)} 0a{Svg.Number(r)} {Svg.Number(r)} 0 1 0 {Svg.Number(-2 * r)} 0z",
            1 => Polygon((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
            2 => Polygon((0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
            3 => Polygon((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
            4 => Polygon((-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)),
            _ => Polygon((0, 1.15), (1.1, -0.85), (-1.1, -0.85)),
        };

        string Polygon(params ReadOnlySpan<(double X, double Y)> corners)
        {
            var points = new List<string>();
            foreach (var corner in corners)
                points.Add($"{Svg.Number(x + (corner.X * r))} {Svg.Number(y + (corner.Y * r))}");
            return $"M{string.Join('L', points)}z";
        }
    }
}
