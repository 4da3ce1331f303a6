using System.Diagnostics;
using System.Net;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Clustering;

/// <summary>Clusters of processes that meet in a real Redis or PostgreSQL.</summary>
public sealed class StoreClusterTests
{
    /// <summary>The bound that docs/operations.md gives.</summary>
    private static readonly TimeSpan DeclaredDeadWithin = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("Redis")]
    [InlineData("PostgreSql")]
    public async Task Kill_OneSiloOfTwo_IsOutOfTheClusterWithinTenSecondsAndTheOtherServes(string store)
    {
        await using var scene = await StoreScene.StartAsync(store);
        var first = await scene.StartSiloAsync("first");
        var second = await scene.StartSiloAsync("second");
        var frontend = await scene.StartFrontendAsync();
        await UntilActiveAsync(first, 2);
        using var before = await frontend.Http.ClassifyAsync("tiny", Pictures.Red);
        var owner = (await before.OkAsync()).Text("silo");
        var (victim, other) = owner == "first" ? (first, second) : (second, first);

        var since = Stopwatch.GetTimestamp();
        await victim.KillAsync();

        await UntilActiveAsync(other, 1);
        var elapsed = Stopwatch.GetElapsedTime(since);
        Assert.True(elapsed <= DeclaredDeadWithin, $"It took {elapsed}.\n{other.Log}");
        using var after = await frontend.Http.ClassifyAsync("tiny", Pictures.Red);
        Assert.NotEqual(owner, (await after.OkAsync()).Text("silo"));
    }

    [Theory]
    [InlineData("Redis")]
    [InlineData("PostgreSql")]
    public async Task SetReplicas_ByHand_HoldsAfterEverythingWasStopped(string store)
    {
        const string variant = "/api/models/tiny/variants/original";
        await using var scene = await StoreScene.StartAsync(store);
        var silo = await scene.StartSiloAsync("first");
        var frontend = await scene.StartFrontendAsync();
        using (var set = await frontend.Http.PutPathAsync($"{variant}/replicas?count=2"))
            await set.OkAsync();
        frontend.Terminate();
        silo.Terminate();
        await frontend.UntilExitAsync();
        await silo.UntilExitAsync();

        await scene.StartSiloAsync("first");
        frontend = await scene.StartFrontendAsync();

        var replicas = (await frontend.Http.JsonAsync(variant)).GetProperty("replicas");
        Assert.Equal((2, false), (replicas.GetProperty("wanted").GetInt32(), replicas.GetProperty("automatic").GetBoolean()));
    }

    [Fact]
    public async Task Stop_Redis_ServesOnAndIsAClusterAfterwards()
    {
        await using var scene = await StoreScene.StartAsync("Redis");
        var silo = await scene.StartSiloAsync("first");
        var frontend = await scene.StartFrontendAsync();
        using var before = await frontend.Http.ClassifyAsync("tiny", Pictures.Red);
        await before.OkAsync();

        await scene.Redis.StopAsync();

        // Longer than a silo waits between looks at the table, and a frontend between looks for silos.
        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(12))
        {
            using var during = await frontend.Http.ClassifyAsync("tiny", Pictures.Red);
            await during.OkAsync();
        }

        await scene.Redis.StartAgainAsync();
        await scene.StartSiloAsync("second");
        await UntilActiveAsync(silo, 2);
    }

    [Fact]
    public async Task Start_StoreIsNotThere_SiloEndsSayingSoAndFrontendWaits()
    {
        await using var scene = await StoreScene.StartAsync("Redis");
        await scene.Redis.StopAsync();

        var (exitCode, log) = await ServerProcess.RunAsync(
            "Lineup.Silo.dll",
            "--urls", "http://127.0.0.1:0", "--Lineup:Cluster:Store", "Redis", "--Lineup:Cluster:ConnectionString", scene.ConnectionString + ",connectTimeout=500");
        var frontend = await scene.StartWaitingFrontendAsync();
        await frontend.UntilLogAsync("Waiting for the cluster");
        await scene.Redis.StartAgainAsync();
        await scene.StartSiloAsync("first");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Redis cannot be reached", log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
        await frontend.UntilHealthAsync("ready", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Secret_ConnectionStringInAFile_IsRead()
    {
        await using var scene = await StoreScene.StartAsync("Redis");
        var secrets = Directory.CreateTempSubdirectory("lineup-secrets-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(secrets.FullName, "Lineup__Cluster__ConnectionString"), scene.ConnectionString + "\n", TestContext.Current.CancellationToken);
            await scene.StartSiloAsync("first");

            await using var frontend = await ServerProcess.StartReadyAsync(
                "Frontend", scene.Repository.Root, "--Lineup:Cluster:Store", "Redis", "--LINEUP_SECRETS", secrets.FullName);

            using var answer = await frontend.Http.ClassifyAsync("tiny", Pictures.Red);
            Assert.Equal("first", (await answer.OkAsync()).Text("silo"));
        }
        finally
        {
            secrets.Delete(recursive: true);
        }
    }

    /// <summary>Until a silo sees that many active members.</summary>
    private static Task<string> UntilActiveAsync(ServerProcess silo, int count) => Poll.UntilAsync(
        $"{count} silos are active",
        () => silo.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken),
        metrics => metrics.Contains($"status=\"active\"}} {count}\n", StringComparison.Ordinal),
        TimeSpan.FromSeconds(40),
        metrics => metrics);
}
