namespace Lineup.Reports.Charts;

/// <summary>What a chart is drawn on.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record ChartSheet(double Width, double Height)
{
    /// <summary>For a file: with its own title, ground and font.</summary>
    public static ChartSheet File { get; } = new(800, 520) { StandsAlone = true };

    /// <summary>For a page on a screen that is no phone's.</summary>
    public static ChartSheet Wide { get; } = new(760, 400);

    /// <summary>For a page on a phone, where a wide chart's letters would be too small to read.</summary>
    public static ChartSheet Narrow { get; } = new(320, 360);

    /// <summary>Whether title and notes are drawn too. Otherwise the page around it says them.</summary>
    public bool StandsAlone { get; init; }

    /// <summary>What ids in the drawing begin with, so that several can stand on one page.</summary>
    public string Id { get; init; } = "chart";

    public bool IsNarrow => Width < 500;

    /// <summary>Where the drawing itself begins, below title and notes.</summary>
    internal double Top => StandsAlone ? 92 : 12;
}
