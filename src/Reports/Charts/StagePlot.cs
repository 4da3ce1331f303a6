namespace Lineup.Reports.Charts;

/// <summary>Where the time of a request went, a bar a variant.</summary>
public sealed record StagePlot
{
    public required string Title { get; init; }

    /// <summary>All that can be seen, for those who do not see it.</summary>
    public required string Description { get; init; }

    /// <summary>Up to two lines below the title of a file.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public required string TimeLabel { get; init; }

    /// <summary>Names of the three stages, in the order in which they happen.</summary>
    public required IReadOnlyList<string> Stages { get; init; }

    public required IReadOnlyList<StageBar> Bars { get; init; }
}

/// <summary>One variant's mean times in milliseconds, stage by stage.</summary>
/// <param name="Name">The variant.</param>
/// <param name="Style">Number of its colour.</param>
/// <param name="Milliseconds">One for each stage; empty where there were no requests.</param>
/// <param name="Figures">The same in words, written above the bar.</param>
/// <param name="Total">Their sum in words, for where the rest has no room.</param>
public sealed record StageBar(string Name, int Style, IReadOnlyList<double> Milliseconds, string Figures, string Total);
