using System.Net;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.EndToEnd.Tests.Observability;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Clustering;

/// <summary>A frontend that joins a silo in another process.</summary>
public sealed class SeparateSiloTests : IDisposable
{
    private readonly TestRepository _repository = new TestRepository().AddModel("tiny", "original", "int8");
    private readonly (int Silo, int Gateway) _ports = Ports.TakeTwo();

    [Fact]
    public async Task Frontend_SiloComesAndGoes_TellsSoAndServesWhileItIsThere()
    {
        await using var frontend = await ServerProcess.StartAsync(
            "Frontend", _repository.Root, "--Lineup:Cluster:Gateways:0", $"127.0.0.1:{_ports.Gateway}");
        await frontend.UntilHealthAsync("live", HttpStatusCode.OK);
        await frontend.UntilHealthAsync("ready", HttpStatusCode.ServiceUnavailable);
        using (var early = await frontend.Http.ClassifyAsync("tiny", Pictures.Red))
            await AssertUnavailableAsync(early);

        await using var silo = await StartSiloAsync();
        await frontend.UntilHealthAsync("ready", HttpStatusCode.OK);
        using (var response = await frontend.Http.ClassifyAsync("tiny", Pictures.Blue))
        {
            var answer = await response.OkAsync();
            Assert.Equal(("blue", "far"), (answer.TopLabel(), answer.Text("silo")));
        }

        await silo.KillAsync();
        using (var late = await frontend.Http.ClassifyAsync("tiny", Pictures.Red))
            await AssertUnavailableAsync(late);
        await frontend.UntilHealthAsync("ready", HttpStatusCode.ServiceUnavailable);
        await frontend.UntilHealthAsync("live", HttpStatusCode.OK);

        await using var another = await StartSiloAsync();
        await frontend.UntilHealthAsync("ready", HttpStatusCode.OK);
        using (var again = await frontend.Http.ClassifyAsync("tiny", Pictures.Blue))
            await again.OkAsync();
    }

    [Fact]
    public async Task Classify_SiloDiesMeanwhile_IsAnsweredByTheDeadline()
    {
        _repository.AddModel("slow", new TinyModel { ExtraWork = 1000 });
        await using var silo = await StartSiloAsync("--Lineup:Lanes:Count", "1");
        await using var frontend = await ServerProcess.StartReadyAsync(
            "Frontend", _repository.Root, "--Lineup:Cluster:Gateways:0", $"127.0.0.1:{_ports.Gateway}");
        using var load = await frontend.Http.PostPathAsync("/api/models/slow/variants/original/load");
        await load.OkAsync();
        var lost = Enumerable.Range(0, 2).Select(_ => frontend.Http.ClassifyAsync("slow", Pictures.Red, query: "?deadlineMs=3000")).ToList();
        await Poll.UntilAsync(
            "a lane works",
            () => frontend.Http.JsonAsync("/api/models/slow/variants/original"),
            variant => variant.GetProperty("predictedWaitMs").GetDouble() > 0);

        await silo.KillAsync();

        foreach (var response in await Task.WhenAll(lost).WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken))
            await response.ProblemAsync(HttpStatusCode.GatewayTimeout, "deadline_exceeded");
    }

    [Fact]
    public async Task Silo_ServesAFrontend_HasItsOwnHealthAndMetrics()
    {
        await using var silo = await StartSiloAsync();
        await silo.UntilHealthAsync("ready", HttpStatusCode.OK);
        await using var frontend = await ServerProcess.StartReadyAsync(
            "Frontend", _repository.Root, "--Lineup:Cluster:Gateways:0", $"127.0.0.1:{_ports.Gateway}");
        using var response = await frontend.Http.CompareAsync("tiny", Pictures.Red, "?load=true");
        await response.OkAsync();

        var scrape = await Scrape.UntilAsync(
            silo.Http, "int8 has served", now => now.Values("lineup_requests_total", ("variant", "int8"), ("outcome", "ok")) is [1]);

        Assert.Equal(1, scrape.Value("lineup_request_duration_seconds_count", ("model", "tiny"), ("variant", "original"), ("stage", "decode")));
        Assert.Empty(scrape.Values("lineup_request_duration_seconds_count", ("model", "tiny"), ("variant", "int8"), ("stage", "decode")));
        Assert.Equal(1, scrape.Value("lineup_variant_loaded", ("model", "tiny"), ("variant", "int8")));
    }

    [Fact]
    public async Task Terminate_SiloWithAcceptedRequests_AnswersThemAllAndEndsWithZero()
    {
        Signals.Require();
        _repository.AddModel("slow", new TinyModel { ExtraWork = 500 });
        await using var silo = await StartSiloAsync("--Lineup:Lanes:Count", "1");
        await using var frontend = await ServerProcess.StartReadyAsync(
            "Frontend", _repository.Root, "--Lineup:Cluster:Gateways:0", $"127.0.0.1:{_ports.Gateway}");
        using var load = await frontend.Http.PostPathAsync("/api/models/slow/variants/original/load");
        await load.OkAsync();
        var accepted = Enumerable.Range(0, 4).Select(_ => frontend.Http.ClassifyAsync("slow", Pictures.Red)).ToList();
        await Poll.UntilAsync(
            "one runs and three wait",
            () => frontend.Http.JsonAsync("/api/models/slow/variants/original"),
            variant => variant.GetProperty("waiting").GetInt32() == 3);

        silo.Terminate();

        foreach (var response in await Task.WhenAll(accepted))
            await response.OkAsync();
        Assert.Equal(0, await silo.UntilExitAsync());
    }

    [Fact]
    public async Task Terminate_FrontendStillWaitsForItsCluster_EndsWithZero()
    {
        Signals.Require();
        await using var frontend = await ServerProcess.StartAsync(
            "Frontend", _repository.Root, "--Lineup:Cluster:Gateways:0", $"127.0.0.1:{_ports.Gateway}");

        frontend.Terminate();

        Assert.True(await frontend.UntilExitAsync() == 0, frontend.Log);
    }

    public void Dispose() => _repository.Dispose();

    private Task<ServerProcess> StartSiloAsync(params string[] settings) => ServerProcess.StartAsync(
        "Silo",
        _repository.Root,
        ["--Lineup:Silo:SiloPort", $"{_ports.Silo}", "--Lineup:Silo:GatewayPort", $"{_ports.Gateway}", "--Lineup:Silo:Name", "far", .. settings]);

    private static async Task AssertUnavailableAsync(HttpResponseMessage response)
    {
        await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "cluster_unavailable");
        Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1), $"Retry-After: {response.Headers.RetryAfter}");
    }
}
