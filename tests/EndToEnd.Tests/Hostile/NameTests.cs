using System.Net;
using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Hostile;

/// <summary>Names that would lead out of the repository, or that no model can have.</summary>
public sealed class NameTests(FrontendFixture frontend)
{
    public static TheoryData<string> Names =>
    [
        "..%2f..",
        "..%2F..%2Fetc%2Fpasswd",
        "%2e%2e%2f%2e%2e",
        "..%5c..",
        "tiny%2foriginal",
        "TINY",
        "tiny%20",
        "%F0%9F%90%9F",
        new string('a', 65),
        new string('a', 4000),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Classify_ModelsName_IsNotFound(string name)
    {
        using var response = await frontend.Http.ClassifyAsync(name, Pictures.Red);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await frontend.AssertServesAsync();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Classify_VariantsName_IsNotFound(string name)
    {
        using var response = await frontend.Http.ClassifyAsync("tiny", Pictures.Red, name);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await frontend.AssertServesAsync();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task OtherEndpoints_ModelsName_AreNotFound(string name)
    {
        using var one = await frontend.Http.GetPathAsync($"/api/models/{name}");
        using var variant = await frontend.Http.GetPathAsync($"/api/models/{name}/variants/original");
        using var load = await frontend.Http.PostPathAsync($"/api/models/{name}/variants/original/load");
        using var compare = await frontend.Http.CompareAsync(name, Pictures.Red);
        using var pull = await frontend.Http.PostPathAsync($"/api/catalog/{name}/pull");

        foreach (var response in (HttpResponseMessage[])[one, variant, load, compare, pull])
            await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("/api/models/../../../etc/passwd")]
    [InlineData("/api/models/%2e%2e/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/api/models/tiny/variants/..%2f..%2fmodel.json")]
    [InlineData("/../../etc/passwd")]
    public async Task Get_PathThatClimbs_IsNotFound(string path)
    {
        using var response = await frontend.Http.GetPathAsync(path);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Classify_NulInName_IsRefusedByTheServer()
    {
        // The server itself refuses such a path before any of our code runs, so there is no problem document.
        using var response = await frontend.Http.ClassifyAsync("tiny%00", Pictures.Red);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        await frontend.AssertServesAsync();
    }
}
