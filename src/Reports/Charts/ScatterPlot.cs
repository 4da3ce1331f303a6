namespace Lineup.Reports.Charts;

/// <summary>Accuracy against latency: what a scatter chart shows, in the words of whoever asks for it.</summary>
public sealed record ScatterPlot
{
    public required string Title { get; init; }

    /// <summary>All that can be seen, for those who do not see it.</summary>
    public required string Description { get; init; }

    /// <summary>Up to two lines below the title of a file.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public required string TimeLabel { get; init; }

    public required string AccuracyLabel { get; init; }

    public required IReadOnlyList<ScatterPoint> Points { get; init; }
}

/// <summary>One bubble.</summary>
/// <param name="Name">Written beside it.</param>
/// <param name="Style">Number of its colour.</param>
/// <param name="Milliseconds">Time a picture.</param>
/// <param name="Percent">Accuracy.</param>
/// <param name="Bytes">What its area stands for.</param>
/// <param name="Description">Shown while the pointer rests on it.</param>
public sealed record ScatterPoint(string Name, int Style, double Milliseconds, double Percent, long Bytes, string Description)
{
    /// <summary>Between which accuracies the true one lies with 95 % certainty; null where that is not known.</summary>
    public (double Low, double High)? Interval { get; init; }
}
