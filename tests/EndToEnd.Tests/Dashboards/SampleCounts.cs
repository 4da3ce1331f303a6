using System.Text.RegularExpressions;

namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>Which series says how many samples stand behind a quantile, a mean or a share.</summary>
internal static partial class SampleCounts
{
    private static readonly (Regex Statistic, string Count)[] Known =
    [
        (Durations(), "lineup:duration_count:increase5m"),
        (SharesOfRequests(), "lineup:requests:increase5m"),
        (SharesOfChecks(), "lineup:drift_checks:increase1h"),
        (SharesOfEvaluatedPictures(), "lineup_evaluation_images"),
        (Means(), "${name}_count"),
    ];

    /// <summary>What is recognised as such a figure.</summary>
    public static IEnumerable<Regex> Statistics => Known.Select(known => known.Statistic);

    /// <summary>The counts that an expression wants beside it; none if it shows no such figure.</summary>
    public static IEnumerable<string> Of(string expression) =>
        Known.SelectMany(known => known.Statistic.Matches(expression).Select(match => match.Result(known.Count)));

    /// <summary>Whether an expression shows the count itself, not only something divided by it.</summary>
    public static bool Shows(string expression, string count) =>
        expression.Contains(count, StringComparison.Ordinal) && !Of(expression).Any() && !expression.Contains(" / ", StringComparison.Ordinal);

    [GeneratedRegex(@"\blineup:(duration_seconds:\w+|speedup:ratio)")]
    private static partial Regex Durations();

    [GeneratedRegex(@"\blineup:(errors|refused|loading):ratio")]
    private static partial Regex SharesOfRequests();

    [GeneratedRegex(@"\blineup:drift:ratio")]
    private static partial Regex SharesOfChecks();

    [GeneratedRegex(@"\blineup_evaluation_(top1|top5|agreement)\b")]
    private static partial Regex SharesOfEvaluatedPictures();

    /// <summary>A histogram's mean: its sum over its count.</summary>
    [GeneratedRegex(@"\b(?<name>\w+)_sum\b")]
    private static partial Regex Means();
}
