namespace Lineup.Reports.Charts;

/// <summary>Values over the last minutes, a line a series.</summary>
public sealed record LinePlot
{
    public required string Title { get; init; }

    /// <summary>All that can be seen, for those who do not see it.</summary>
    public required string Description { get; init; }

    /// <summary>Up to two lines below the title of a file.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public required string TimeLabel { get; init; }

    public required string ValueLabel { get; init; }

    /// <summary>What is written where there is no value at all.</summary>
    public required string Empty { get; init; }

    /// <summary>How far back the chart reaches.</summary>
    public required TimeSpan Window { get; init; }

    public required IReadOnlyList<LineSeries> Series { get; init; }
}

/// <summary>One line with the number of its colour, dashes and marks.</summary>
public sealed record LineSeries(string Name, int Style, IReadOnlyList<LinePoint> Points);

/// <summary>A value, or null where there is none and the line breaks off, so long ago.</summary>
public readonly record struct LinePoint(TimeSpan Ago, double? Value);
