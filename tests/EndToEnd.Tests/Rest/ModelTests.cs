using System.Net;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.EndToEnd.Tests.Observability;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Rest;

public sealed class ModelTests(FrontendFixture frontend)
{
    [Fact]
    public async Task ListModels_Repository_HasModelsWithVariantsAndProblems()
    {
        var listing = await frontend.Http.JsonAsync("/api/models");

        var tiny = Assert.Single(listing.List("models"), model => model.Text("name") == "tiny");
        Assert.Equal(("Tiny tiny", 32), (tiny.Text("title"), tiny.GetProperty("width").GetInt32()));
        Assert.Equal(["original", "corrupt", "int8"], tiny.List("variants").Select(variant => variant.Text("name")));
        var problem = Assert.Single(listing.List("problems"), problem => problem.Text("folder") == "malformed");
        Assert.Contains("model.json cannot be read", problem.Text("reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetModel_Known_IsTheListsEntry()
    {
        var name = frontend.AddModel("original", "int8");

        var model = await frontend.Http.JsonAsync($"/api/models/{name}");

        Assert.Equal(name, model.Text("name"));
        Assert.All(model.List("variants"), variant => Assert.Equal("absent", variant.Text("state")));
    }

    [Fact]
    public async Task GetVariant_AfterRequests_HasStateSizesAndStatistics()
    {
        var model = frontend.AddModel();
        for (var i = 0; i < 3; i++)
            (await frontend.Http.ClassifyAsync(model, Pictures.Red)).Dispose();

        var variant = await frontend.Http.JsonAsync($"/api/models/{model}/variants/original");

        Assert.Equal(("ready", "embedded"), (variant.Text("state"), variant.Text("silo")));
        Assert.Equal(new FileInfo(frontend.Repository.ModelPath(model)).Length, variant.GetProperty("fileBytes").GetInt64());
        Assert.True(variant.GetProperty("sessionBytes").GetInt64() > 0);
        Assert.True(variant.GetProperty("loadMs").GetDouble() > 0);
        var statistics = variant.GetProperty("statistics");
        Assert.Equal(3, statistics.GetProperty("requests").GetProperty("ok").GetInt64());
        foreach (var stage in (string[])["queue", "decode", "inference", "total"])
            Assert.Equal(3, statistics.GetProperty(stage).GetProperty("count").GetInt64());
        var inference = statistics.GetProperty("inference");
        Assert.True(
            inference.GetProperty("p50Ms").GetDouble() is > 0 and var p50 && p50 <= inference.GetProperty("maxMs").GetDouble(), $"{inference}");
    }

    [Fact]
    public async Task GetVariant_Evaluated_SaysWhatItIsWorth()
    {
        var model = frontend.AddModel();
        frontend.Repository.AddVariant(model, "measured", new TinyModel(), Evaluated.Manifest("measured"));

        var evaluation = (await frontend.Http.JsonAsync($"/api/models/{model}/variants/measured")).GetProperty("evaluation");

        Assert.Equal((79.5, 97.5), (evaluation.GetProperty("top1").GetDouble(), evaluation.GetProperty("agreement").GetDouble()));
        Assert.Equal(("labelled.zip", 1000), (evaluation.Text("dataSet"), evaluation.GetProperty("images").GetInt32()));
    }

    [Theory]
    [InlineData("/api/models/no-such-model")]
    [InlineData("/api/models/no-such-model/variants/original")]
    [InlineData("/api/models/tiny/variants/int4")]
    public async Task Get_Unknown_IsNotFound(string path)
    {
        using var response = await frontend.Http.GetPathAsync(path);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task GetVariant_MalformedModel_SaysWhatIsWrong()
    {
        using var response = await frontend.Http.GetPathAsync("/api/models/malformed/variants/original");

        var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "not_ready");
        Assert.Contains("model.json cannot be read", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAndUnload_Variant_ChangeItsState()
    {
        var path = $"/api/models/{frontend.AddModel()}/variants/original";

        using var load = await frontend.Http.PostPathAsync($"{path}/load");
        using var unload = await frontend.Http.PostPathAsync($"{path}/unload");

        Assert.Equal("ready", (await load.OkAsync()).Text("state"));
        Assert.Equal("absent", (await unload.OkAsync()).Text("state"));
        Assert.Equal("absent", (await frontend.Http.JsonAsync(path)).Text("state"));
    }

    [Fact]
    public async Task Load_CorruptFile_IsUnavailableWithOnnxRuntimesReason()
    {
        using var response = await frontend.Http.PostPathAsync("/api/models/tiny/variants/corrupt/load");

        var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "not_ready");
        Assert.Contains("ONNX Runtime refuses the file", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("failed", (await frontend.Http.JsonAsync("/api/models/tiny/variants/corrupt")).Text("state"));
        await frontend.AssertServesAsync();
    }

    [Fact]
    public async Task Load_FileReplacedByACorruptOne_IsUnavailableWhileTheOldOneServes()
    {
        var model = frontend.AddModel();
        using var first = await frontend.Http.PostPathAsync($"/api/models/{model}/variants/original/load");
        frontend.Repository.AddCorrupt(model, "original");

        using var second = await frontend.Http.PostPathAsync($"/api/models/{model}/variants/original/load");

        var problem = await second.ProblemAsync(HttpStatusCode.ServiceUnavailable, "not_ready");
        Assert.Contains("ONNX Runtime refuses the file", problem.Text("detail"), StringComparison.Ordinal);
        using var response = await frontend.Http.ClassifyAsync(model, Pictures.Red);
        await response.OkAsync();
    }

    [Theory]
    [InlineData("load")]
    [InlineData("unload")]
    public async Task LoadOrUnload_Unknown_IsNotFound(string what)
    {
        using var response = await frontend.Http.PostPathAsync($"/api/models/tiny/variants/int4/{what}");

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task UnknownPath_AnyMethod_IsAProblemToo()
    {
        using var missing = await frontend.Http.GetPathAsync("/api/no-such-thing");
        using var wrongMethod = await frontend.Http.GetPathAsync("/api/models/tiny/compare");

        await missing.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await wrongMethod.ProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }
}
