using System.Net;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.EndToEnd.Tests.Rest;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Dashboards;

/// <summary>
/// Real traffic, a real Prometheus: every query of every panel and rule gives data, quantiles are right, each alert fires when its cause is
/// made, and none without. One long story, because every step needs what the one before has left in Prometheus.
/// </summary>
public sealed class DashboardProofTests
{
    private static readonly TimeSpan Patience = PrometheusProcess.Window;

    [Fact]
    public async Task Dashboards_RealTrafficAndCauses_ShowAllAndAlert()
    {
        await using var cluster = await WatchedCluster.StartAsync();

        await using (new LoadLoop(cluster.Frontend.Http, "tiny", "blind", Pictures.Blue, pause: TimeSpan.FromMilliseconds(25)))
        {
            await using var original = new LoadLoop(cluster.Frontend.Http, "tiny", "original", Pictures.Red, pause: TimeSpan.FromMilliseconds(15));
            await using var good = new LoadLoop(cluster.Frontend.Http, "tiny", "good", Pictures.Red, pause: TimeSpan.FromMilliseconds(10), transport: true);
            await MakeFailuresAsync(cluster);
            await RunJobAsync(cluster);

            // Replicas are looked after from when somebody first asks about the variant as a whole.
            await cluster.Frontend.Http.JsonAsync("/api/models");
            await AssertRulesGiveDataAsync(cluster.Prometheus);
            await AssertPanelsGiveDataAsync(cluster.Prometheus);
            await AssertNamesAreDocumentedAsync(cluster.Prometheus);
            await UntilAlertAsync(cluster, "LineupDrift", "tiny/blind");
            await UntilDataAsync(cluster.Prometheus, "lineup:duration_seconds:p99{variant=\"good\",stage=\"total\"}", "whether good is slow");
            await AssertQuantilesAsync(cluster.Prometheus, "good", await good.StopAsync());
        }

        FiredAlert[] caused = [new("LineupErrors", "tiny/corrupt"), new("LineupVariantFailed", "tiny/corrupt"), new("LineupDrift", "tiny/blind")];
        Assert.Empty((await cluster.Prometheus.FiredAsync()).Except(caused));

        await SlowDownAsync(cluster);
        await CorruptAndMendAsync(cluster);
        await OverloadAsync(cluster);
        await HangAsync(cluster);
        await cluster.SecondSilo.KillAsync();
        await UntilAlertAsync(cluster, "LineupSiloLost", cluster.SecondSilo.Address.Authority);
        await UntilAlertAsync(cluster, "LineupSiloDeclaredDead", "");
        await cluster.Frontend.KillAsync();
        await UntilAlertAsync(cluster, "LineupFrontendLost", cluster.Frontend.Address.Authority);

        await AssertEachHasFiredForItsCauseAloneAsync(
            cluster,
            [
                .. caused, new("LineupSlow", "tiny/heavy"), new("LineupVariantFailed", "tiny/good"), new("LineupQueueSaturated", "slow/original"),
                new("LineupSlow", "slow/original"), new("LineupKeepsLoading", "stuck/original"), new("LineupSiloDeclaredDead", ""),
                new("LineupSiloLost", cluster.SecondSilo.Address.Authority), new("LineupFrontendLost", cluster.Frontend.Address.Authority),
            ]);
    }

    /// <summary>A variant that cannot be loaded, and uploads that are no pictures; enough of them to be a share worth an alert.</summary>
    private static async Task MakeFailuresAsync(WatchedCluster cluster)
    {
        for (var i = 0; i < 3; i++)
            (await cluster.Frontend.Http.ClassifyAsync("tiny", [1, 2, 3])).Dispose();
        await using var failing = new LoadLoop(cluster.Frontend.Http, "tiny", "corrupt", Pictures.Red, pause: TimeSpan.FromMilliseconds(100));
        await UntilAlertAsync(cluster, "LineupErrors", "tiny/corrupt");
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

    /// <summary>
    /// Prometheus estimates within the bucket. The caller's own clock sees the way to the frontend and back besides, which is why it may
    /// exceed the bucket by what that way took, measured at the same time; a bucket more would not do where the way is as long as the work.
    /// A sum's quantile can exceed the sum of its parts' quantiles, so the way counts by its quantile halfway to the longest. The caller
    /// can never see less than the frontend.
    /// </summary>
    private static async Task AssertQuantilesAsync(PrometheusProcess prometheus, string variant, LoadTimes times)
    {
        var series = $"lineup_request_duration_seconds_bucket{{model=\"tiny\",variant=\"{variant}\",stage=\"end_to_end\"}}";
        await Poll.UntilAsync(
            "the last answers are scraped",
            () => prometheus.QueryAsync($"sum({series.Replace("_bucket{", "_count{", StringComparison.Ordinal)})"),
            result => result is [var one] && one.Value == times.Seen.Count,
            Patience);
        Assert.InRange(times.Seen.Count, 500, int.MaxValue);
        var bounds = (await prometheus.QueryAsync($"sum by (le) ({series})"))
            .ConvertAll(bucket => double.Parse(bucket.Labels["le"].Replace("+Inf", "Infinity", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture));
        bounds.Sort();

        foreach (var quantile in (double[])[0.5, 0.95, 0.99])
        {
            var estimated = (await prometheus.QueryAsync($"histogram_quantile({quantile}, sum by (le) ({series}))"))[0].Value;
            var above = bounds.FindIndex(bound => bound >= estimated);
            var width = bounds[above] - (above == 0 ? 0 : bounds[above - 1]);
            var (seen, said) = (LoadTimes.Quantile(times.Seen, quantile), LoadTimes.Quantile(times.Said, quantile));
            var transport = LoadTimes.Quantile(times.Transport, (1 + quantile) / 2);
            var figures = $"p{quantile * 100} is {estimated} by Prometheus, {seen} by the caller's clock, {said} by the answers; the bucket is {width} wide, transport {transport}";
            TestContext.Current.TestOutputHelper?.WriteLine(figures);
            Assert.True(seen >= estimated - width && seen <= estimated + width + transport, figures);
            Assert.True(Math.Abs(estimated - said) <= width, figures);
        }
    }

    /// <summary>
    /// A variant that does 25 times the work of good, for so many callers that each waits a second for the others. Alone, for the lanes are
    /// shared and it would make good slow too.
    /// </summary>
    private static async Task SlowDownAsync(WatchedCluster cluster)
    {
        await using var heavy = new LoadLoop(cluster.Frontend.Http, "tiny", "heavy", Pictures.Red, callers: 80, query: "?deadlineMs=60000");
        await UntilAlertAsync(cluster, "LineupSlow", "tiny/heavy");
    }

    private static async Task CorruptAndMendAsync(WatchedCluster cluster)
    {
        var path = cluster.Repository.ModelPath("tiny", "good");
        var sound = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

        await File.WriteAllBytesAsync(path, sound[..(sound.Length / 2)], TestContext.Current.CancellationToken);
        using (var refused = await cluster.Frontend.Http.PostPathAsync("/api/models/tiny/variants/good/load"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await UntilAlertAsync(cluster, "LineupVariantFailed", "tiny/good");

        await File.WriteAllBytesAsync(path, sound, TestContext.Current.CancellationToken);
        using (var loaded = await cluster.Frontend.Http.PostPathAsync("/api/models/tiny/variants/good/load"))
            await loaded.OkAsync();
        await Poll.UntilAsync(
            "the alert for good is over",
            cluster.Prometheus.FiringAsync,
            alerts => !alerts.Contains(new("LineupVariantFailed", "tiny/good")),
            Patience);
    }

    private static async Task OverloadAsync(WatchedCluster cluster)
    {
        using (var loaded = await cluster.Frontend.Http.PostPathAsync("/api/models/slow/variants/original/load"))
            await loaded.OkAsync();
        await using var flood = new LoadLoop(
            cluster.Frontend.Http, "slow", "original", Pictures.Red, callers: 140, pause: TimeSpan.FromMilliseconds(500), query: "?deadlineMs=60000");
        await UntilAlertAsync(cluster, "LineupQueueSaturated", "slow/original");
    }

    private static async Task HangAsync(WatchedCluster cluster)
    {
        await using var waiting = new LoadLoop(cluster.Frontend.Http, "stuck", "original", Pictures.Red, callers: 4, query: "?deadlineMs=200");
        await UntilAlertAsync(cluster, "LineupKeepsLoading", "stuck/original");
    }

    private static async Task AssertEachHasFiredForItsCauseAloneAsync(WatchedCluster cluster, FiredAlert[] caused)
    {
        var fired = await cluster.Prometheus.FiredAsync();
        Assert.Empty(fired.Except(caused));
        Assert.Empty(DashboardFiles.Alerts().Except(fired.Select(alert => alert.Name)));
    }

    private static async Task UntilDataAsync(PrometheusProcess prometheus, string expression, string? where = null) => await Poll.UntilAsync(
        $"there is data for {where} {expression}",
        () => prometheus.QueryAsync(expression),
        result => result.Count > 0 && result.Any(series => double.IsFinite(series.Value)),
        Patience);

    private static async Task UntilAlertAsync(WatchedCluster cluster, string name, string subject) => await Poll.UntilAsync(
        $"{name} fires for {subject}", cluster.Prometheus.FiringAsync, alerts => alerts.Contains(new(name, subject)), Patience);
}
