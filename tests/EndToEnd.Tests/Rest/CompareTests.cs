using System.Net;
using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Rest;

public sealed class CompareTests(FrontendFixture frontend)
{
    [Fact]
    public async Task Compare_LoadWanted_LoadsAndAsksEveryVariant()
    {
        var model = frontend.AddModel("int8", "original", "pruned");

        using var response = await frontend.Http.CompareAsync(model, Pictures.Blue, "?load=true");

        var answer = await response.OkAsync();
        var variants = answer.List("variants");
        Assert.Equal(["original", "int8", "pruned"], variants.Select(variant => variant.Text("variant")));
        Assert.All(variants, variant => Assert.Equal("blue", variant.TopLabel()));
        Assert.Empty(answer.List("skipped"));
    }

    [Fact]
    public async Task Compare_SeveralVariants_DecodesOnce()
    {
        var model = frontend.AddModel("original", "int8", "pruned");

        using var response = await frontend.Http.CompareAsync(model, Pictures.Blue, "?load=true");

        var timings = (await response.OkAsync()).List("variants").ConvertAll(variant => variant.GetProperty("timing"));
        Assert.Equal([false, true, true], timings.Select(timing => timing.GetProperty("decodeShared").GetBoolean()));
        Assert.Single(timings.Select(timing => timing.GetProperty("decodeMs").GetDouble()).Distinct());
    }

    [Fact]
    public async Task Compare_SeveralVariants_SetsEachAgainstTheOriginal()
    {
        var model = frontend.AddModel("original", "int8");

        using var response = await frontend.Http.CompareAsync(model, Pictures.Red, "?load=true&top=3");

        var variants = (await response.OkAsync()).List("variants");
        Assert.Equal(1, variants[0].GetProperty("speedUp").GetDouble());
        var ratio = Inference(0) / Inference(1);
        Assert.Equal(ratio, variants[1].GetProperty("speedUp").GetDouble(), ratio * 0.05);
        Assert.All(variants, variant => Assert.True(variant.GetProperty("agreesWithOriginal").GetBoolean()));
        Assert.All(variants, variant => Assert.Equal(3, variant.GetProperty("sharedTopClasses").GetInt32()));

        double Inference(int index) => variants[index].GetProperty("timing").GetProperty("inferenceMs").GetDouble();
    }

    [Fact]
    public async Task Compare_OnlySomeReady_AsksThoseAndSaysWhyNotTheOthers()
    {
        var model = frontend.AddModel("original", "int8");
        using var load = await frontend.Http.PostPathAsync($"/api/models/{model}/variants/int8/load");

        using var response = await frontend.Http.CompareAsync(model, Pictures.Red);

        var answer = await response.OkAsync();
        var asked = Assert.Single(answer.List("variants"));
        Assert.Equal("int8", asked.Text("variant"));
        Assert.False(asked.TryGetProperty("speedUp", out _), "there is no original to set it against");
        var skipped = Assert.Single(answer.List("skipped"));
        Assert.Equal(("original", "absent"), (skipped.Text("variant"), skipped.Text("reason")));
    }

    [Fact]
    public async Task Compare_NoneReady_SaysHowToGetThere()
    {
        var model = frontend.AddModel("original", "int8");

        using var response = await frontend.Http.CompareAsync(model, Pictures.Red);

        var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "not_ready");
        Assert.Contains("load=true", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("int8: absent", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_OneVariantCorrupt_LeavesItOutWithItsReason()
    {
        var model = frontend.AddModel("original", "int8");
        frontend.Repository.AddCorrupt(model);

        using var response = await frontend.Http.CompareAsync(model, Pictures.Red, "?load=true");

        var answer = await response.OkAsync();
        Assert.Equal(["original", "int8"], answer.List("variants").Select(variant => variant.Text("variant")));
        var skipped = Assert.Single(answer.List("skipped"));
        Assert.Equal("corrupt", skipped.Text("variant"));
        Assert.Contains("ONNX Runtime refuses the file", skipped.Text("reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_UnknownModel_IsNotFound()
    {
        using var response = await frontend.Http.CompareAsync("no-such-model", Pictures.Red);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }
}
