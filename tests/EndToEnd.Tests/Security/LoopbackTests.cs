using System.Net;
using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Security;

/// <summary>A frontend without an API key trusts callers on this machine, and nobody who only looks like one.</summary>
public sealed class LoopbackTests(FrontendFixture frontend)
{
    private const string Load = "/api/models/tiny/variants/original/load";

    [Theory]
    [InlineData("Origin", "http://evil.example", "origin_not_allowed")]
    [InlineData("Origin", "null", "origin_not_allowed")]
    [InlineData("X-Forwarded-For", "203.0.113.7", "key_not_configured")]
    [InlineData("Forwarded", "for=203.0.113.7", "key_not_configured")]
    public async Task Change_FromElsewhere_IsForbidden(string header, string value, string code)
    {
        using var response = await frontend.Http.PostPathAsync(Load, (header, value));

        await response.ProblemAsync(HttpStatusCode.Forbidden, code);
    }

    [Fact]
    public async Task Change_FromThisMachine_IsDone()
    {
        using var plain = await frontend.Http.PostPathAsync(Load);
        using var ownPage = await frontend.Http.PostPathAsync(Load, ("Origin", frontend.Server.Address.GetLeftPart(UriPartial.Authority)));

        await plain.OkAsync();
        await ownPage.OkAsync();
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task AnyRequest_ForeignHost_IsABadRequest(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, frontend.Http.At("/api/models"));
        request.Headers.Host = host;

        using var response = await frontend.Http.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ProblemAsync(HttpStatusCode.BadRequest, "host_not_allowed");
    }

    [Theory]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    public async Task ProbeOrScrape_ForeignHost_IsAnswered(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, frontend.Http.At(path));
        request.Headers.Host = "10.0.0.7:5000";

        using var response = await frontend.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Classify_FromElsewhere_IsOpen()
    {
        using var content = Calls.Raw(Pictures.Red, "image/png");
        using var request = new HttpRequestMessage(HttpMethod.Post, frontend.Http.At("/api/models/tiny/variants/original/classify")) { Content = content };
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("Origin", "http://other.example");

        using var response = await frontend.Http.SendAsync(request, TestContext.Current.CancellationToken);

        await response.OkAsync();
    }
}
