using System.Net;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.EndToEnd.Tests.Rest;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>
/// Real traffic, a real Prometheus: every query of every panel and rule gives data, quantiles are right, and each alert fires when its
/// cause is made. One long story, because every step needs what the one before has left in Prometheus.
/// </summary>
public sealed class DashboardProofTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Dashboards_RealTrafficAndCauses_ShowAllAndAlert()
    {
        await using var cluster = await WatchedCluster.StartAsync();

        await using (new LoadLoop(cluster.Frontend.Http, "tiny", "blind", Pictures.Blue, pause: TimeSpan.FromMilliseconds(25)))
        {
            await using var original = new LoadLoop(cluster.Frontend.Http, "tiny", "original", Pictures.Red, pause: TimeSpan.FromMilliseconds(15));
            await using var good = new LoadLoop(cluster.Frontend.Http, "tiny", "good", Pictures.Red, pause: TimeSpan.FromMilliseconds(15));
            await MakeFailuresAsync(cluster);
            await RunJobAsync(cluster);
            await AssertNoAlertAsync(cluster, "LineupSiloLost", "LineupFrontendLost", "LineupSiloDeclaredDead", "LineupQueueSaturated");
            await AssertRulesGiveDataAsync(cluster.Prometheus);
            await AssertPanelsGiveDataAsync(cluster.Prometheus);
            await AssertNamesAreDocumentedAsync(cluster.Prometheus);
            await UntilAlertAsync(cluster, "LineupSlow", "variant", "good");
            await UntilAlertAsync(cluster, "LineupDrift", "variant", "blind");
            await AssertQuantilesAsync(cluster.Prometheus, "good", await good.StopAsync());
        }

        await CorruptAndMendAsync(cluster);
        await OverloadAsync(cluster);
        await cluster.SecondSilo.KillAsync();
        await UntilAlertAsync(cluster, "LineupSiloLost", "instance", cluster.SecondSilo.Address.Authority);
        await UntilAlertAsync(cluster, "LineupSiloDeclaredDead", "severity", "warn");
        await cluster.Frontend.KillAsync();
        await UntilAlertAsync(cluster, "LineupFrontendLost", "instance", cluster.Frontend.Address.Authority);
    }

    /// <summary>A variant that cannot be loaded, and uploads that are no pictures; enough of them to be a share worth an alert.</summary>
    private static async Task MakeFailuresAsync(WatchedCluster cluster)
    {
        for (var i = 0; i < 3; i++)
            (await cluster.Frontend.Http.ClassifyAsync("tiny", [1, 2, 3])).Dispose();
        await using var failing = new LoadLoop(cluster.Frontend.Http, "tiny", "corrupt", Pictures.Red, pause: TimeSpan.FromMilliseconds(100));
        await UntilAlertAsync(cluster, "LineupErrors", "variant", "corrupt");
    }

    private static async Task RunJobAsync(WatchedCluster cluster)
    {
        using var response = await cluster.Frontend.Http.StartJobAsync("tiny", "evaluate", "variants=good&save=false", TestArchive.Colours());
        await cluster.Frontend.Http.EndAsync(await response.AcceptedAsync());
    }

    private static async Task AssertRulesGiveDataAsync(PrometheusProcess prometheus)
    {
        var rules = await prometheus.RulesAsync();
        Assert.Equal(DashboardFiles.Recorded().Count + DashboardFiles.Alerts().Count, rules.Count);
        foreach (var (name, _, _, _) in rules.Where(rule => rule.Type == "recording"))
            await UntilDataAsync(prometheus, name);
        Assert.All(await prometheus.RulesAsync(), rule => Assert.Equal("ok", rule.Health));

        // What an alert compares with its threshold must be there, or it would be silent for ever.
        foreach (var (_, _, expression, _) in rules.Where(rule => rule.Type == "alerting"))
        {
            foreach (var name in DashboardFiles.Names(expression))
                await UntilDataAsync(prometheus, $"{{__name__=~\"{name}(_count)?\"}}");
        }
    }

    private static async Task AssertPanelsGiveDataAsync(PrometheusProcess prometheus)
    {
        foreach (var query in DashboardFiles.Queries())
        {
            var expression = query.Expression
                .Replace("$__rate_interval", $"{PrometheusProcess.Window.TotalSeconds:0}s", StringComparison.Ordinal)
                .Replace("$model", "tiny", StringComparison.Ordinal)
                .Replace("$silo", ".+", StringComparison.Ordinal)
                .Replace("variant=~\"$variant\"", "variant=~\".+\"", StringComparison.Ordinal)
                .Replace("$variant", "blind", StringComparison.Ordinal);
            Assert.DoesNotContain('$', expression);
            await UntilDataAsync(prometheus, expression, $"{query.Board} / {query.Panel}");
        }
    }

    /// <summary>Both ways: nothing of ours is scraped that docs/metrics.md does not describe, and what it describes is there.</summary>
    private static async Task AssertNamesAreDocumentedAsync(PrometheusProcess prometheus)
    {
        var documented = DashboardFiles.Documented();
        var scraped = (await prometheus.NamesAsync()).SelectMany(DashboardFiles.Names).ToHashSet();

        Assert.DoesNotContain(scraped, name => name.StartsWith("lineup_", StringComparison.Ordinal) && !documented.Contains(name));
        Assert.DoesNotContain(documented, name => !scraped.Contains(name));
    }

    /// <summary>Prometheus estimates within the bucket; the answers themselves say what they took.</summary>
    private static async Task AssertQuantilesAsync(PrometheusProcess prometheus, string variant, List<double> seconds)
    {
        var series = $"lineup_request_duration_seconds_bucket{{model=\"tiny\",variant=\"{variant}\",stage=\"end_to_end\"}}";
        await Poll.UntilAsync(
            "the last answers are scraped",
            () => prometheus.QueryAsync($"sum({series.Replace("_bucket{", "_count{", StringComparison.Ordinal)})"),
            result => result is [var one] && one.Value == seconds.Count,
            Patience);
        Assert.InRange(seconds.Count, 500, int.MaxValue);
        var bounds = (await prometheus.QueryAsync($"sum by (le) ({series})"))
            .ConvertAll(bucket => double.Parse(bucket.Labels["le"].Replace("+Inf", "Infinity", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture));
        bounds.Sort();

        foreach (var quantile in (double[])[0.5, 0.95, 0.99])
        {
            var estimated = (await prometheus.QueryAsync($"histogram_quantile({quantile}, sum by (le) ({series}))"))[0].Value;
            var seen = seconds[(int)Math.Ceiling(quantile * seconds.Count) - 1];
            var above = bounds.FindIndex(bound => bound >= seen);
            var width = bounds[above] - (above == 0 ? 0 : bounds[above - 1]);
            Assert.True(Math.Abs(estimated - seen) <= width, $"p{quantile * 100} is {estimated} by Prometheus and {seen} by the answers; the bucket is {width} wide");
        }
    }

    private static async Task CorruptAndMendAsync(WatchedCluster cluster)
    {
        var path = cluster.Repository.ModelPath("tiny", "good");
        var sound = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

        await File.WriteAllBytesAsync(path, sound[..(sound.Length / 2)], TestContext.Current.CancellationToken);
        using (var refused = await cluster.Frontend.Http.PostPathAsync("/api/models/tiny/variants/good/load"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await UntilAlertAsync(cluster, "LineupVariantFailed", "variant", "good");

        await File.WriteAllBytesAsync(path, sound, TestContext.Current.CancellationToken);
        using (var loaded = await cluster.Frontend.Http.PostPathAsync("/api/models/tiny/variants/good/load"))
            await loaded.OkAsync();
        await Poll.UntilAsync(
            "the alert for good is over",
            cluster.Prometheus.FiringAsync,
            alerts => !alerts.Any(alert => alert.Name == "LineupVariantFailed" && alert.Labels["variant"] == "good"),
            Patience);
    }

    private static async Task OverloadAsync(WatchedCluster cluster)
    {
        await using var flood = new LoadLoop(cluster.Frontend.Http, "slow", "original", Pictures.Red, callers: 20, pause: TimeSpan.FromMilliseconds(20));
        await UntilAlertAsync(cluster, "LineupQueueSaturated", "model", "slow");
    }

    private static async Task UntilDataAsync(PrometheusProcess prometheus, string expression, string? where = null) => await Poll.UntilAsync(
        $"there is data for {where} {expression}",
        () => prometheus.QueryAsync(expression),
        result => result.Count > 0 && result.Any(series => double.IsFinite(series.Value)),
        Patience);

    private static async Task UntilAlertAsync(WatchedCluster cluster, string name, string label, string value) => await Poll.UntilAsync(
        $"{name} fires for {label} {value}",
        cluster.Prometheus.FiringAsync,
        alerts => alerts.Any(alert => alert.Name == name && alert.Labels.GetValueOrDefault(label) == value),
        Patience,
        alerts => string.Join(", ", alerts.Select(alert => $"{alert.Name} {string.Join(' ', alert.Labels.Values)}")));

    private static async Task AssertNoAlertAsync(WatchedCluster cluster, params string[] names) =>
        Assert.DoesNotContain(await cluster.Prometheus.FiringAsync(), alert => names.Contains(alert.Name));
}
