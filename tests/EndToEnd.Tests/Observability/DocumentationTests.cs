using System.Text.RegularExpressions;
using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Observability;

public sealed partial class DocumentationTests(FrontendFixture frontend)
{
    [Fact]
    public async Task OpenApi_Document_ListsEveryRoute()
    {
        var document = await frontend.Http.JsonAsync("/openapi/v1.json");

        var routes = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name} {path.Name}"));
        string[] expected =
        [
            "get /api/catalog",
            "delete /api/catalog/{model}/pull",
            "get /api/catalog/{model}/pull",
            "post /api/catalog/{model}/pull",
            "get /api/data-sets",
            "get /api/jobs",
            "get /api/models",
            "delete /api/models/{model}",
            "get /api/models/{model}",
            "post /api/models/{model}/compare",
            "post /api/models/{model}/compress",
            "post /api/models/{model}/evaluate",
            "get /api/models/{model}/jobs",
            "delete /api/models/{model}/jobs/{job}",
            "get /api/models/{model}/jobs/{job}",
            "get /api/models/{model}/jobs/{job}/events",
            "get /api/models/{model}/jobs/{job}/plan",
            "delete /api/models/{model}/variants/{variant}",
            "get /api/models/{model}/variants/{variant}",
            "post /api/models/{model}/variants/{variant}/classify",
            "post /api/models/{model}/variants/{variant}/load",
            "post /api/models/{model}/variants/{variant}/unload",
            "put /api/models/{model}/variants/{variant}/replicas",
        ];
        Assert.Equal(expected.Order(), routes.Order());
    }

    [Theory]
    [InlineData("/api/models/{model}/variants/{variant}/classify")]
    [InlineData("/api/models/{model}/compare")]
    public async Task OpenApi_TakesPicture_SaysHowToSendIt(string path)
    {
        var document = await frontend.Http.JsonAsync("/openapi/v1.json");

        var post = document.GetProperty("paths").GetProperty(path).GetProperty("post");
        var content = post.GetProperty("requestBody").GetProperty("content");
        var form = content.GetProperty("multipart/form-data").GetProperty("schema");
        Assert.Equal("binary", form.GetProperty("properties").GetProperty("image").Text("format"));
        Assert.True(content.TryGetProperty("image/*", out _));
        Assert.Contains("top", post.List("parameters").Select(parameter => parameter.Text("name")));
        Assert.Contains("429", post.GetProperty("responses").EnumerateObject().Select(response => response.Name));
    }

    [Theory]
    [InlineData("compress", "variants")]
    [InlineData("evaluate", "cropOnly")]
    public async Task OpenApi_TakesArchive_SaysHowToSendIt(string verb, string parameter)
    {
        var document = await frontend.Http.JsonAsync("/openapi/v1.json");

        var post = document.GetProperty("paths").GetProperty($"/api/models/{{model}}/{verb}").GetProperty("post");
        var content = post.GetProperty("requestBody").GetProperty("content");
        Assert.Equal("binary", content.GetProperty("multipart/form-data").GetProperty("schema").GetProperty("properties").GetProperty("pictures").Text("format"));
        Assert.True(content.TryGetProperty("application/zip", out _));
        Assert.All(post.List("parameters"), one => Assert.True(one.Text("name") == "model" || one.Text("description")?.Length > 0, $"{one}"));
        Assert.Contains(parameter, post.List("parameters").Select(one => one.Text("name")));
        Assert.Contains("409", post.GetProperty("responses").EnumerateObject().Select(response => response.Name));
    }

    [Fact]
    public async Task OpenApi_Compare_SaysThatAnswersCanBeStreamed()
    {
        var document = await frontend.Http.JsonAsync("/openapi/v1.json");

        var compare = document.GetProperty("paths").GetProperty("/api/models/{model}/compare").GetProperty("post");
        var answers = compare.GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject();
        Assert.Equal(["application/json", "text/event-stream"], answers.Select(content => content.Name));
    }

    [Fact]
    public async Task Docs_Page_LoadsNothingFromElsewhere()
    {
        var page = await frontend.Http.TextAsync("/docs");

        Assert.Contains("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Loaded().Matches(page), match => match.Groups[1].Value.Contains("//", StringComparison.Ordinal));
        Assert.Contains("\"withDefaultFonts\":false", page.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (Match match in Loaded().Matches(page))
            await frontend.Http.TextAsync(new Uri(frontend.Http.At("/docs/"), match.Groups[1].Value).AbsolutePath);
    }

    [Fact]
    public async Task Root_Visited_IsThePageAndLinksToTheDocs()
    {
        var page = await frontend.Http.TextAsync("/");

        Assert.Contains("<title>Lineup", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/docs\"", page, StringComparison.Ordinal);
    }

    [GeneratedRegex("""(?:src|href)\s*=\s*["']([^"']+)["']""")]
    private static partial Regex Loaded();
}
