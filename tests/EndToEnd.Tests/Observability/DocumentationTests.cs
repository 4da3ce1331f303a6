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
            "post /api/catalog/{model}/pull",
            "get /api/models",
            "get /api/models/{model}",
            "post /api/models/{model}/compare",
            "get /api/models/{model}/variants/{variant}",
            "post /api/models/{model}/variants/{variant}/classify",
            "post /api/models/{model}/variants/{variant}/load",
            "post /api/models/{model}/variants/{variant}/unload",
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
