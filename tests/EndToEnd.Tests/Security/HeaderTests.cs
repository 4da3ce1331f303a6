using Lineup.EndToEnd.Tests.Hosting;

namespace Lineup.EndToEnd.Tests.Security;

public sealed class HeaderTests(FrontendFixture frontend)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/docs/")]
    [InlineData("/theme.css")]
    [InlineData("/api/models")]
    [InlineData("/api/models/no-such-model")]
    [InlineData("/api/models/tiny/variants/original/no-such-path")]
    public async Task AnyAnswer_ToABrowser_CarriesTheHeadersThatGuardIt(string path)
    {
        using var response = await frontend.Http.GetPathAsync(path);

        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(response, "Referrer-Policy"));
        Assert.Contains("frame-ancestors 'none'", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Set-Cookie"), "it sets a cookie");
        Assert.False(response.Headers.Contains("Server"), "it names its server");
    }

    [Fact]
    public async Task Page_Policy_AllowsNeitherInlineNorForeignScripts()
    {
        using var response = await frontend.Http.GetPathAsync("/");

        var policy = Header(response, "Content-Security-Policy").Split(';', StringSplitOptions.TrimEntries);
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("style-src 'self'", policy);
        Assert.Contains("font-src 'self'", policy);
        Assert.Contains("connect-src 'self'", policy);
    }

    [Fact]
    public async Task Page_Markup_NamesNoForeignAddressAndHoldsNoScript()
    {
        var page = await frontend.Http.TextAsync("/");

        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script[^>]*>[^<]", page);
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));
}
