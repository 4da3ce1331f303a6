namespace Lineup.Reports.Charts;

/// <summary>A rectangle in pixels.</summary>
public readonly record struct ChartBox(double Left, double Top, double Right, double Bottom)
{
    public double Width => Right - Left;

    public double Height => Bottom - Top;

    public static ChartBox Around(double x, double y, double radius) => new(x - radius, y - radius, x + radius, y + radius);

    public double Overlap(ChartBox other) =>
        Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left))
        * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));

    public double AreaOutside(ChartBox frame) => (Width * Height) - Overlap(frame);
}
