using System.Net;
using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.EndToEnd.Tests.Observability;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Load;

/// <summary>A variant that nobody uses takes no memory, and those who come back to it are served, as many as may wait.</summary>
public sealed class ScaleToZeroTests : IAsyncLifetime
{
    private const int QueueLimit = 4;
    private const int Callers = 12;

    /// <summary>A silo loads one variant after the other: while this one is warmed up, for a second or more, nothing else can be loaded.</summary>
    private readonly TestRepository _repository = new TestRepository().AddModel("tiny").AddModel("slow", new TinyModel { ExtraWork = 1500 });
    private ServerProcess? _server;

    private HttpClient Http => _server!.Http;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartReadyAsync(
        "Frontend", _repository.Root, "--Lineup:Lanes:Count", "1", "--Lineup:Admission:QueueLimit", $"{QueueLimit}", "--Lineup:Serving:IdleUnloadAfter", "00:00:01");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _repository.Dispose();
    }

    [Fact]
    public async Task Classify_AfterIdleness_HoldsAsManyAsMayWaitForOneLoadAndTellsTheOthersWhenToRetry()
    {
        using (var first = await Http.ClassifyAsync("tiny", Pictures.Red))
            await first.OkAsync();
        await UntilAsync("tiny", "it is unloaded", "absent");
        var slow = Http.PostPathAsync("/api/models/slow/variants/original/load");
        await UntilAsync("slow", "its load is under way", "loading", "warming");

        var calls = Enumerable.Range(0, Callers).Select(_ => Http.ClassifyAsync("tiny", Pictures.Red)).ToList();
        await foreach (var call in Task.WhenEach(calls).Take(Callers - QueueLimit))
        {
            // Beyond those that are held: told at once, and when to come back.
            using var refused = await call;
            await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "loading");
            Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1), $"Retry-After: {refused.Headers.RetryAfter}");
        }

        (await slow).Dispose();
        var answers = await Task.WhenAll(calls);

        Assert.Equal(QueueLimit, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        var scrape = await Scrape.UntilAsync(
            Http, "all are counted", scrape => scrape.Values("lineup_requests_total", ("model", "tiny"), ("outcome", "ok")) is [QueueLimit + 1]);
        Assert.Equal(2, scrape.Value("lineup_model_load_duration_seconds_count", ("model", "tiny")));
        Assert.Equal(Callers - QueueLimit, scrape.Value("lineup_requests_total", ("model", "tiny"), ("reason", "load_queue_full")));
    }

    private Task<JsonElement> UntilAsync(string model, string what, params string[] states) => Poll.UntilAsync(
        what, () => Http.JsonAsync($"/api/models/{model}/variants/original"), variant => states.Contains(variant.Text("state")));
}
