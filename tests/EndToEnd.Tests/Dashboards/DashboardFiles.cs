using System.Text.Json;
using System.Text.RegularExpressions;

namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>One query of a Grafana panel.</summary>
/// <param name="Board">Title of the dashboard.</param>
/// <param name="Panel">Title of the panel.</param>
/// <param name="Expression">PromQL with Grafana's variables in it.</param>
internal sealed record PanelQuery(string Board, string Panel, string Expression);

/// <summary>What lies in dashboards/ and docs/, as text, and the names of metrics that it speaks of.</summary>
internal static partial class DashboardFiles
{
    public static string Root { get; } = FindRoot();

    public static string Dashboards { get; } = Path.Combine(Root, "dashboards");

    /// <summary>Each board's JSON.</summary>
    public static List<JsonElement> Boards() =>
        [.. Directory.EnumerateFiles(Path.Combine(Dashboards, "grafana", "dashboards"), "*.json").Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>The panels of a board, rows left out.</summary>
    public static IEnumerable<JsonElement> Panels(JsonElement board) =>
        board.GetProperty("panels").EnumerateArray().Where(panel => panel.GetProperty("type").GetString() != "row");

    public static List<PanelQuery> Queries() =>
    [
        .. from board in Boards()
           from panel in Panels(board)
           from target in panel.GetProperty("targets").EnumerateArray()
           select new PanelQuery(Text(board, "title"), Text(panel, "title"), Text(target, "expr")),
    ];

    public static string Rules() => string.Join('\n', Directory.EnumerateFiles(Path.Combine(Dashboards, "rules")).Order(StringComparer.Ordinal).Select(File.ReadAllText));

    /// <summary>Series that the rules record.</summary>
    public static HashSet<string> Recorded() => [.. RecordLine().Matches(Rules()).Select(match => match.Groups[1].Value)];

    public static List<string> Alerts() => [.. AlertLine().Matches(Rules()).Select(match => match.Groups[1].Value)];

    public static string Document(string name) => File.ReadAllText(Path.Combine(Root, "docs", name));

    /// <summary>Metrics that docs/metrics.md describes: the first column of its tables.</summary>
    public static HashSet<string> Documented() => [.. DocumentedRow().Matches(Document("metrics.md")).Select(match => match.Groups[1].Value)];

    /// <summary>Names of metrics and recorded series in an expression; a histogram's parts go by its name.</summary>
    public static IEnumerable<string> Names(string expression) => MetricName().Matches(NotMetrics().Replace(expression, " ")).Select(match => HistogramPart().Replace(match.Value, ""));

    public static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;

    private static JsonElement Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"There is no Cluster.sln above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"^\| `([a-z]\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex DocumentedRow();

    [GeneratedRegex(@"- record: (\S+)")]
    private static partial Regex RecordLine();

    [GeneratedRegex(@"- alert: (\S+)")]
    private static partial Regex AlertLine();

    [GeneratedRegex(@"\b(lineup:[\w:]+|(lineup|orleans|dotnet|http|kestrel|process|aspnetcore)_\w+)\b")]
    private static partial Regex MetricName();

    /// <summary>Label matchers and the labels that series are grouped by.</summary>
    [GeneratedRegex(@"\{[^{}]*\}|\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")]
    private static partial Regex NotMetrics();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramPart();
}
