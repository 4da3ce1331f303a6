namespace Lineup.Reports.Charts;

/// <summary>A bubble of a chart and what is written beside it.</summary>
public sealed record ChartBubble(double X, double Y, double Radius, string Label);

/// <summary>
/// Finds a place for each bubble's label: the one of many around it that covers least of what is there already, and of those the
/// nearest.
/// </summary>
public static class ChartLabels
{
    public const double FontSize = 13;

    // What a letter of a sans-serif font takes on average; nobody can measure text here.
    private const double LetterWidth = 0.58 * FontSize;
    private const double Gap = 4;

    // A name across another name cannot be read, one across a bubble can.
    private const double CoveredLabel = 20;
    private const double Outside = 40;

    private static readonly double[] Distances = [0, 16, 32, 52, 76, 104, 136, 172];

    public static IReadOnlyList<ChartBox> Place(IReadOnlyList<ChartBubble> bubbles, ChartBox frame)
    {
        var taken = bubbles.Select(bubble => ChartBox.Around(bubble.X, bubble.Y, bubble.Radius)).ToList();
        var labels = new List<ChartBox>();
        foreach (var bubble in bubbles)
        {
            labels.Add(Candidates(bubble).MinBy(box =>
                (Outside * box.AreaOutside(frame)) + taken.Sum(box.Overlap) + (CoveredLabel * labels.Sum(box.Overlap))));
        }

        return labels;
    }

    /// <summary>What a text of the chart takes in width, in pixels; an estimate on the safe side.</summary>
    public static double WidthOf(string text) => text.Length * LetterWidth;

    /// <summary>Right, left, above, below, the corners, then the same farther and farther off.</summary>
    private static IEnumerable<ChartBox> Candidates(ChartBubble bubble)
    {
        var (width, height) = (WidthOf(bubble.Label), FontSize * 1.2);
        foreach (var farther in Distances)
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
