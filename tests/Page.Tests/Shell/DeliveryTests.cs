using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Lineup.TestSupport;

namespace Lineup.Page.Tests.Shell;

/// <summary>How the page and its files travel to a browser; read with a client that, unlike browsers, shows it.</summary>
public sealed partial class DeliveryTests(TinyModels models)
{
    /// <summary>What a first visit may load in bytes: 2 s of a slow mobile line of 1.6 Mbit/s, most of it Blazor's and MudBlazor's.</summary>
    private const int Budget = 400_000;

    [Theory]
    [InlineData("/", "br")]
    [InlineData("/measure", "br")]
    [InlineData("/models", "gzip")]
    [InlineData("/not-found", "br")]
    public async Task Page_BrowserTakesCompression_IsCompressed(string path, string encoding)
    {
        using var response = await GetAsync(path, encoding);

        Assert.Equal([encoding], response.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        Assert.False(response.Headers.Contains("Set-Cookie"), "a cookie is a secret that compression could betray");
    }

    [Fact]
    public async Task Page_BrowserTakesNone_IsPlain()
    {
        using var response = await GetAsync("/", "identity");

        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Contains("</html>", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_ThatThePageNames_AreCompressedAndKeptForGood()
    {
        var page = await models.Http.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        var files = Files().Matches(page).Select(match => match.Groups[1].Value).ToList();
        var bytes = 0L;

        foreach (var file in files)
        {
            using var response = await GetAsync($"/{file.TrimStart('/')}", "gzip, br");

            Assert.True(response.Content.Headers.ContentEncoding.Count == 1, $"{file} is not compressed");
            Assert.True(response.Headers.CacheControl is { MaxAge.TotalDays: >= 365 } cache && cache.Extensions.Contains(new("immutable")), $"{file}: {response.Headers.CacheControl}");
            bytes += (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{files.Count} files, {bytes} bytes");
        Assert.True(files.Count >= 10, page);
        Assert.InRange(bytes, 1, Budget);
    }

    [Fact]
    public async Task Scripts_LoadedByName_AreAskedForAnewButNotSentAnew()
    {
        using var first = await GetAsync("/js/classify.js", "gzip");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/js/classify.js") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        again.Headers.AcceptEncoding.Add(new("gzip"));

        using var second = await models.Http.SendAsync(again, TestContext.Current.CancellationToken);

        Assert.True(first.Headers.CacheControl!.NoCache);
        Assert.Equal(["gzip"], first.Content.Headers.ContentEncoding);
        Assert.Equal(System.Net.HttpStatusCode.NotModified, second.StatusCode);
    }

    /// <summary>Compressed, events would be held back, and what a key opens could be guessed by its length.</summary>
    [Fact]
    public async Task EventsAndAnswersOfTheApi_BrowserTakesCompression_AreLeftAlone()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/models/tiny/compare?load=true") { Content = new ByteArrayContent(TestImages.Plain(250, 10, 10)) };
        request.Headers.Accept.Add(new("text/event-stream"));
        request.Headers.AcceptEncoding.Add(new("br"));

        using var events = await models.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var listing = await GetAsync("/api/models", "br");
        using var dashboard = await GetAsync("/orleans/", "br");

        Assert.Equal("text/event-stream", events.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("br", events.Content.Headers.ContentEncoding);
        Assert.Empty(listing.Content.Headers.ContentEncoding);
        Assert.Empty(dashboard.Content.Headers.ContentEncoding);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string encodings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var encoding in encodings.Split(", "))
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        request.Headers.Accept.Add(new("text/html"));
        return await models.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("<(?:script|link)[^>]*(?:src|href)=\"([^\"]+\\.(?:js|css|svg)[^\"]*)\"")]
    private static partial Regex Files();
}
