using System.Net;
using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Load;

/// <summary>A frontend with one lane, a slow model and room for few.</summary>
public sealed class OverloadTests : IAsyncLifetime
{
    private const int QueueLimit = 4;

    private readonly TestRepository _repository = new TestRepository().AddModel("slow", new TinyModel { ExtraWork = 250 });
    private ServerProcess? _server;

    private HttpClient Http => _server!.Http;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartReadyAsync(
            "Frontend", _repository.Root, "--Lineup:Lanes:Count", "1", "--Lineup:Admission:QueueLimit", $"{QueueLimit}");
        using var load = await Http.PostPathAsync("/api/models/slow/variants/original/load");
        await load.OkAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _repository.Dispose();
    }

    [Fact]
    public async Task Classify_MoreThanMayWait_TurnsTheRestAwayWithRetryAfterAndLosesNone()
    {
        const int requests = 40;

        var responses = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => Http.ClassifyAsync("slow", Pictures.Red)));

        var turnedAway = responses.Where(response => response.StatusCode != HttpStatusCode.OK).ToList();
        Assert.InRange(responses.Length - turnedAway.Count, QueueLimit, requests - 1);
        foreach (var response in turnedAway)
        {
            var problem = await response.ProblemAsync(HttpStatusCode.TooManyRequests, "busy");
            Assert.InRange(problem.GetProperty("retryAfterMs").GetDouble(), 1, 60_000);
            Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1), $"Retry-After: {response.Headers.RetryAfter}");
        }

        foreach (var response in responses)
            response.Dispose();
    }

    [Fact]
    public async Task Classify_BulkFlood_IsTurnedAwayFirstAndPeopleAreServedBeforeIt()
    {
        var bulk = Enumerable.Range(0, 20).Select(_ => Http.ClassifyAsync("slow", Pictures.Red, query: "?priority=bulk")).ToList();
        await UntilAsync("bulk requests fill their half of the queue", variant => variant.GetProperty("waiting").GetInt32() == QueueLimit / 2);

        using var person = await Http.ClassifyAsync("slow", Pictures.Red);

        await person.OkAsync();
        var answers = await Task.WhenAll(bulk);
        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), QueueLimit / 2, 19);
        foreach (var answer in answers)
        {
            if (answer.StatusCode != HttpStatusCode.OK)
                await answer.ProblemAsync(HttpStatusCode.TooManyRequests, "busy");
            answer.Dispose();
        }
    }

    [Fact]
    public async Task Classify_ShortDeadlineOnABusyServer_IsTurnedAwayOrLate()
    {
        var before = Http.ClassifyAsync("slow", Pictures.Red);
        await UntilAsync("the lane is busy", variant => variant.GetProperty("predictedWaitMs").GetDouble() > 0);

        using var response = await Http.ClassifyAsync("slow", Pictures.Red, query: "?deadlineMs=1");

        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            await response.ProblemAsync(HttpStatusCode.TooManyRequests, "busy");
        else
            await response.ProblemAsync(HttpStatusCode.GatewayTimeout, "deadline_exceeded");
        using var first = await before;
        await first.OkAsync();
    }

    [Fact]
    public async Task Classify_CallerLeavesWhileItWaits_IsTakenOffTheQueue()
    {
        var before = Enumerable.Range(0, 3).Select(_ => Http.ClassifyAsync("slow", Pictures.Red)).ToList();
        await UntilAsync("two wait", variant => variant.GetProperty("waiting").GetInt32() == 2);
        using var caller = new CancellationTokenSource();
        using var content = Calls.Raw(Pictures.Red, "image/png");
        var leaving = Http.PostAsync(Http.At("/api/models/slow/variants/original/classify"), content, caller.Token);
        await UntilAsync("three wait", variant => variant.GetProperty("waiting").GetInt32() == 3);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        await UntilAsync(
            "it is counted as cancelled",
            variant => variant.GetProperty("statistics").GetProperty("requests").TryGetProperty("cancelled", out var count) && count.GetInt64() == 1);
        foreach (var response in await Task.WhenAll(before))
            await response.OkAsync();
    }

    private Task<JsonElement> UntilAsync(string what, Func<JsonElement, bool> isAsWanted) =>
        Poll.UntilAsync(what, () => Http.JsonAsync("/api/models/slow/variants/original"), isAsWanted);
}
