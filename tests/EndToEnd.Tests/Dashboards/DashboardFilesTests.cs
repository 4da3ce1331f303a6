using System.Text.Json;

namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>Dashboards, rules and documents against each other, without any server.</summary>
public sealed class DashboardFilesTests
{
    private static readonly string[] PanelTypes = ["table", "timeseries", "heatmap", "barchart", "xychart", "stat"];

    [Fact]
    public void Queries_EachMetric_IsDocumentedOrRecorded()
    {
        var known = DashboardFiles.Documented();
        known.UnionWith(DashboardFiles.Recorded());

        var unknown = DashboardFiles.Queries()
            .SelectMany(query => DashboardFiles.Names(query.Expression).Select(name => (Name: name, Where: $"{query.Board} / {query.Panel}")))
            .Where(use => !known.Contains(use.Name));

        Assert.Empty(unknown);
    }

    [Fact]
    public void Rules_EachMetric_IsDocumentedOrRecorded()
    {
        var known = DashboardFiles.Documented();
        known.UnionWith(DashboardFiles.Recorded());

        Assert.DoesNotContain(DashboardFiles.Names(DashboardFiles.Rules()).Distinct(), name => !known.Contains(name));
    }

    [Fact]
    public void Variables_EachMetric_IsDocumented()
    {
        var asked = DashboardFiles.Boards()
            .SelectMany(board => board.GetProperty("templating").GetProperty("list").EnumerateArray())
            .Where(variable => DashboardFiles.Text(variable, "type") == "query")
            .Select(variable => DashboardFiles.Text(variable, "definition"))
            .ToList();

        Assert.NotEmpty(asked);
        Assert.All(asked, definition => Assert.Contains(DashboardFiles.Names(definition).First(), DashboardFiles.Documented()));
    }

    [Fact]
    public void Panels_Each_SaysItsUnitAndWhatItShows()
    {
        foreach (var board in DashboardFiles.Boards())
        {
            foreach (var panel in DashboardFiles.Panels(board))
            {
                var name = $"{DashboardFiles.Text(board, "title")} / {DashboardFiles.Text(panel, "title")}";
                Assert.Contains(DashboardFiles.Text(panel, "type"), PanelTypes);
                Assert.True(DashboardFiles.Text(panel, "description").Length > 5, name);
                Assert.True(DashboardFiles.Text(panel.GetProperty("fieldConfig").GetProperty("defaults"), "unit").Length > 0, name);
                Assert.All(panel.GetProperty("targets").EnumerateArray(), target => Assert.Equal(
                    "${datasource}", DashboardFiles.Text(target.GetProperty("datasource"), "uid")));
                var refs = panel.GetProperty("targets").EnumerateArray().Select(target => DashboardFiles.Text(target, "refId")).ToList();
                Assert.Equal(refs.Distinct(), refs);
            }
        }
    }

    /// <summary>A quantile, a mean or a share without the number of samples behind it is a rumour.</summary>
    [Fact]
    public void Panels_WithQuantilesMeansOrShares_ShowHowManySamplesStandBehindThem()
    {
        var panels = DashboardFiles.Queries().GroupBy(query => (query.Board, query.Panel)).ToList();

        var uncounted =
            from panel in panels
            from query in panel
            from count in SampleCounts.Of(query.Expression)
            where !panel.Any(other => SampleCounts.Shows(other.Expression, count))
            select $"{panel.Key}: {query.Expression} without {count}";

        Assert.Empty(uncounted);
        Assert.DoesNotContain(panels.SelectMany(panel => panel), query => query.Expression.Contains("histogram_quantile", StringComparison.Ordinal));
        Assert.All(SampleCounts.Statistics, statistic => Assert.Contains(panels.SelectMany(panel => panel), query => statistic.IsMatch(query.Expression)));
    }

    /// <summary>A ratio that the rules record and nobody thought of above would go unnoticed there.</summary>
    [Fact]
    public void Recorded_EachQuantileMeanOrShare_HasASampleCount() => Assert.All(
        DashboardFiles.Recorded().Where(name => name.EndsWith(":ratio", StringComparison.Ordinal) || name.StartsWith("lineup:duration_seconds:", StringComparison.Ordinal)),
        name => Assert.NotEmpty(SampleCounts.Of(name)));

    /// <summary>Who chooses a silo must not take the figures of all for those of one.</summary>
    [Fact]
    public void Panels_Each_FollowTheChosenSilosOrSayThatTheyShowAll()
    {
        foreach (var board in DashboardFiles.Boards())
        {
            Assert.Contains(board.GetProperty("templating").GetProperty("list").EnumerateArray(), variable => DashboardFiles.Text(variable, "name") == "silo");
            Assert.All(DashboardFiles.Panels(board), panel => Assert.True(
                panel.GetProperty("targets").EnumerateArray().All(target => DashboardFiles.Text(target, "expr").Contains("$silo", StringComparison.Ordinal))
                || DashboardFiles.Text(panel, "description").Contains("all silos", StringComparison.OrdinalIgnoreCase)
                || DashboardFiles.Text(panel, "description").Contains("all frontends", StringComparison.OrdinalIgnoreCase),
                $"{DashboardFiles.Text(board, "title")} / {DashboardFiles.Text(panel, "title")}"));
        }
    }

    [Fact]
    public void Panels_OfABoard_HaveDifferentIdsAndPlaces()
    {
        foreach (var board in DashboardFiles.Boards())
        {
            var panels = board.GetProperty("panels").EnumerateArray().ToList();
            var ids = panels.ConvertAll(panel => panel.GetProperty("id").GetInt32());
            Assert.Equal(ids.Distinct(), ids);
            var taken = panels.SelectMany(Cells).ToList();
            Assert.Equal(taken.Count, taken.Distinct().Count());
            Assert.All(taken, cell => Assert.InRange(cell.X, 0, 23));
        }

        static IEnumerable<(int X, int Y)> Cells(JsonElement panel)
        {
            var place = panel.GetProperty("gridPos");
            var (x, y, w, h) = (Number("x"), Number("y"), Number("w"), Number("h"));
            return from column in Enumerable.Range(x, w) from row in Enumerable.Range(y, h) select (column, row);

            int Number(string member) => place.GetProperty(member).GetInt32();
        }
    }

    [Fact]
    public void Boards_Together_HaveDifferentUidsAndTheSameDatasourceVariable()
    {
        var boards = DashboardFiles.Boards();

        Assert.Equal(["lineup-cluster", "lineup-variant", "lineup-variants"], boards.Select(board => DashboardFiles.Text(board, "uid")).Order());
        Assert.All(boards, board => Assert.Equal(
            "datasource", DashboardFiles.Text(board.GetProperty("templating").GetProperty("list")[0], "name")));
    }

    [Fact]
    public void Alerts_Each_HasARunbookAndATest()
    {
        var alerts = DashboardFiles.Alerts();
        var headings = DashboardFiles.Document("operations.md").Split('\n').Where(line => line.StartsWith("### ", StringComparison.Ordinal))
            .Select(line => "docs/operations.md#" + line[4..].Trim().ToLowerInvariant()).ToHashSet();
        var runbooks = DashboardFiles.Rules().Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("runbook: ", StringComparison.Ordinal))
            .Select(line => line["runbook: ".Length..]).ToList();
        var tests = File.ReadAllText(Path.Combine(DashboardFiles.Dashboards, "tests", "alerts.test.yml"));

        Assert.Equal(alerts.Count, runbooks.Count);
        Assert.All(runbooks, runbook => Assert.Contains(runbook, headings));
        Assert.All(alerts, alert => Assert.Contains($"alertname: {alert}\n        exp_alerts:\n          - exp_labels", tests, StringComparison.Ordinal));
    }
}
