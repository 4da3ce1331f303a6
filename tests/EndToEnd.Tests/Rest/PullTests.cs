using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Rest;

public sealed class PullTests(FrontendFixture frontend)
{
    [Fact]
    public async Task ListCatalog_FileCatalog_GivesItsOffers()
    {
        var listing = await frontend.Http.JsonAsync("/api/catalog");

        Assert.Equal("for tests", listing.Text("note"));
        Assert.Equal(["offered", "mislabelled"], listing.List("offers").Select(offer => offer.Text("name")));
        Assert.True(listing.List("offers")[0].GetProperty("bytes").GetInt64() > 0);
    }

    [Fact]
    public async Task Pull_OfferedModel_TellsItsProgressAndServesWithoutRestart()
    {
        var events = await PullAsync("offered");

        Assert.Equal("done", events[^1].EventType);
        Assert.Equal(("offered", "done"), (events[^1].Data.Text("model"), events[^1].Data.Text("state")));
        using var response = await frontend.Http.ClassifyAsync("offered", Pictures.Red);
        Assert.Equal(0, (await response.OkAsync()).List("predictions")[0].GetProperty("index").GetInt32());
    }

    [Fact]
    public async Task Pull_HashDiffers_EndsAsFailedWithTheReason()
    {
        var events = await PullAsync("mislabelled");

        Assert.Equal("failed", events[^1].EventType);
        Assert.Contains("sha256", events[^1].Data.Text("message"), StringComparison.OrdinalIgnoreCase);
        using var response = await frontend.Http.GetPathAsync("/api/models/mislabelled");
        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Pull_NotInTheCatalog_IsNotFoundAndNamesWhatIs()
    {
        using var response = await frontend.Http.PostPathAsync("/api/catalog/no-such-model/pull");

        var problem = await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Contains("offered, mislabelled", problem.Text("detail"), StringComparison.Ordinal);
    }

    private async Task<List<SseItem<JsonElement>>> PullAsync(string model)
    {
        using var response = await frontend.Http.PostPathAsync($"/api/catalog/{model}/pull");
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));

        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var parser = SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<JsonElement>(data));
        var events = new List<SseItem<JsonElement>>();
        await foreach (var item in parser.EnumerateAsync(TestContext.Current.CancellationToken))
            events.Add(item);
        return events;
    }
}
