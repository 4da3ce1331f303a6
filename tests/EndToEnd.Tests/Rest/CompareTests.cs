using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

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
    public async Task Compare_StreamAccepted_SendsEachVariantAndThenTheWhole()
    {
        var model = frontend.AddModel("original", "int8");
        frontend.Repository.AddCorrupt(model);

        var events = await ReadStreamAsync(model, Pictures.Blue);

        Assert.Equal(["variant", "skipped", "variant", "end"], events.Select(item => item.Name));
        Assert.Equal(["original", "corrupt", "int8"], events[..3].Select(item => item.Data.Text("variant")));
        Assert.Equal("blue", events[0].Data.TopLabel());
        Assert.True(events[2].Data.GetProperty("agreesWithOriginal").GetBoolean());
        Assert.Equal(["original", "int8"], events[3].Data.List("variants").Select(variant => variant.Text("variant")));
        Assert.Equal("corrupt", Assert.Single(events[3].Data.List("skipped")).Text("variant"));
    }

    [Fact]
    public async Task Compare_StreamAccepted_DoesNotWaitForTheLast()
    {
        var model = frontend.AddModel("original");
        frontend.Repository.AddVariant(model, "slow", new TinyModel { ExtraWork = 1500 });

        using var response = await StreamAsync(model, Pictures.Red);

        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using var events = SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await events.MoveNextAsync());
        var status = await frontend.Http.JsonAsync($"/api/models/{model}/variants/slow");
        Assert.Equal(0, status.GetProperty("statistics").GetProperty("total").GetProperty("count").GetInt32());
        Assert.True(await events.MoveNextAsync());
        Assert.Contains("\"slow\"", events.Current.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_StreamAcceptedButNobodyCanAnswer_IsTheSameProblem()
    {
        var model = frontend.AddModel("original");

        using var unknown = await StreamAsync("no-such-model", Pictures.Red);
        using var damaged = await StreamAsync(model, Pictures.Red[..(Pictures.Red.Length / 2)]);
        using var asleep = await StreamAsync(frontend.AddModel("original"), Pictures.Red, query: "");

        await unknown.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await damaged.ProblemAsync(HttpStatusCode.UnprocessableEntity, "image_invalid");
        await asleep.ProblemAsync(HttpStatusCode.ServiceUnavailable, "not_ready");
    }

    [Fact]
    public async Task Compare_UnknownModel_IsNotFound()
    {
        using var response = await frontend.Http.CompareAsync("no-such-model", Pictures.Red);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    private async Task<List<(string Name, JsonElement Data)>> ReadStreamAsync(string model, byte[] image)
    {
        using var response = await StreamAsync(model, image);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var events = new List<(string, JsonElement)>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken))
            events.Add((item.EventType, JsonElement.Parse(item.Data)));
        return events;
    }

    private Task<HttpResponseMessage> StreamAsync(string model, byte[] image, string query = "?load=true")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, frontend.Http.At($"/api/models/{model}/compare{query}")) { Content = Calls.Raw(image, "image/png") };
        request.Headers.Accept.ParseAdd("text/event-stream");
        return frontend.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
