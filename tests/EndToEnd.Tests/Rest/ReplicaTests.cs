using System.Net;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.EndToEnd.Tests.Observability;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Rest;

/// <summary>Numbers of replicas by the API, on one silo, which never takes more than one of a variant.</summary>
public sealed class ReplicaTests(FrontendFixture frontend)
{
    [Fact]
    public async Task SetReplicas_ANumberAndAuto_IsWhatTheStatusSays()
    {
        var variant = $"/api/models/{frontend.AddModel()}/variants/original";
        var before = (await frontend.Http.JsonAsync(variant)).GetProperty("replicas");
        Assert.Equal((1, true), (before.GetProperty("wanted").GetInt32(), before.GetProperty("automatic").GetBoolean()));

        using (var set = await frontend.Http.PutPathAsync($"{variant}/replicas?count=2"))
            await set.OkAsync();

        var after = await Poll.UntilAsync(
            "it has been looked at",
            async () => (await frontend.Http.JsonAsync(variant)).GetProperty("replicas"),
            replicas => replicas.Text("reason") == "set by hand; 1 of 2, since no more silos can take one");
        Assert.Equal((2, false, 1), (after.GetProperty("wanted").GetInt32(), after.GetProperty("automatic").GetBoolean(), after.GetProperty("most").GetInt32()));
        var serving = Assert.Single(after.List("serving"));
        Assert.Equal((1, "absent", "embedded"), (serving.GetProperty("number").GetInt32(), serving.Text("state"), serving.Text("silo")));

        using var auto = await frontend.Http.PutPathAsync($"{variant}/replicas?count=auto");
        Assert.True((await auto.OkAsync()).GetProperty("replicas").GetProperty("automatic").GetBoolean());
    }

    [Fact]
    public async Task SetReplicas_AVariant_HasItsGauges()
    {
        var model = frontend.AddModel();
        (string, string)[] labels = [("model", model), ("variant", "original")];

        using (var set = await frontend.Http.PutPathAsync($"/api/models/{model}/variants/original/replicas?count=3"))
            await set.OkAsync();

        await Scrape.UntilAsync(frontend.Http, "three are wanted", scrape => scrape.Values("lineup_replicas_wanted", labels) is [3]);
        var scrape = await Scrape.UntilAsync(frontend.Http, "one is there", scrape => scrape.Values("lineup_replicas", labels) is [1]);
        Assert.Equal([1], scrape.Values("lineup_replicas_most", labels));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?count=0")]
    [InlineData("?count=-1")]
    [InlineData("?count=10000")]
    [InlineData("?count=two")]
    public async Task SetReplicas_NoNumber_IsBadRequest(string query)
    {
        using var response = await frontend.Http.PutPathAsync($"/api/models/tiny/variants/original/replicas{query}");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request");
        Assert.StartsWith("count must be 1 to 9999, or auto;", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetReplicas_UnknownVariant_IsNotFound()
    {
        using var response = await frontend.Http.PutPathAsync("/api/models/tiny/variants/int4/replicas?count=2");

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }
}
