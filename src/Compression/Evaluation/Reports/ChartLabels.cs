namespace Lineup.Compression.Evaluation.Reports;

/// <summary>A rectangle in pixels.</summary>
internal readonly record struct ChartBox(double Left, double Top, double Right, double Bottom)
{
    public static ChartBox Around(double x, double y, double radius) => new(x - radius, y - radius, x + radius, y + radius);

    public double Overlap(ChartBox other) =>
        Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left))
        * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));

    public double AreaOutside(ChartBox frame) => ((Right - Left) * (Bottom - Top)) - Overlap(frame);
}

/// <summary>A bubble of a chart and what is written beside it.</summary>
internal sealed record ChartBubble(double X, double Y, double Radius, string Label);

/// <summary>Finds a place for each bubble's label: the one of several around it that covers least of what is there already.</summary>
internal static class ChartLabels
{
    public const double FontSize = 13;

    // What a letter of a sans-serif font takes on average; nobody can measure text here.
    private const double LetterWidth = 0.58 * FontSize;
    private const double Gap = 4;

    public static IReadOnlyList<ChartBox> Place(IReadOnlyList<ChartBubble> bubbles, ChartBox frame)
    {
        var taken = bubbles.Select(bubble => ChartBox.Around(bubble.X, bubble.Y, bubble.Radius)).ToList();
        var labels = new List<ChartBox>();
        foreach (var bubble in bubbles)
        {
            var best = Candidates(bubble).MinBy(box => (4 * box.AreaOutside(frame)) + taken.Sum(box.Overlap));
            taken.Add(best);
            labels.Add(best);
        }

        return labels;
    }

    /// <summary>Right, left, above, below, the corners, then the same farther off.</summary>
    private static IEnumerable<ChartBox> Candidates(ChartBubble bubble)
    {
        var (width, height) = (bubble.Label.Length * LetterWidth, FontSize * 1.2);
        foreach (var farther in (double[])[0, 16, 32])
        {
            var reach = bubble.Radius + Gap + farther;
            var slanted = reach * 0.75;
            yield return At(bubble.X + reach, bubble.Y - (height / 2));
            yield return At(bubble.X - reach - width, bubble.Y - (height / 2));
            yield return At(bubble.X - (width / 2), bubble.Y - reach - height);
            yield return At(bubble.X - (width / 2), bubble.Y + reach);
            yield return At(bubble.X + slanted, bubble.Y - slanted - height);
            yield return At(bubble.X - slanted - width, bubble.Y - slanted - height);
            yield return At(bubble.X + slanted, bubble.Y + slanted);
            yield return At(bubble.X - slanted - width, bubble.Y + slanted);
        }

        ChartBox At(double left, double top) => new(left, top, left + width, top + height);
    }
}
