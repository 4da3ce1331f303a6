using System.Net;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Security;

/// <summary>A frontend that has an API key.</summary>
public sealed class ApiKeyTests(ApiKeyTests.Frontend frontend) : IClassFixture<ApiKeyTests.Frontend>
{
    private const string Key = "a key of more than sixteen characters";

    public static TheoryData<string> Changes =>
        ["/api/models/tiny/variants/original/load", "/api/models/tiny/variants/original/unload", "/api/catalog/tiny/pull"];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Change_NoKey_IsUnauthorized(string path)
    {
        using var response = await frontend.Http.PostPathAsync(path);

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "key_missing");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Change_WrongKey_IsForbidden(string path)
    {
        using var header = await frontend.Http.PostPathAsync(path, ("X-Api-Key", $"{Key}."));
        using var bearer = await frontend.Http.PostPathAsync(path, ("Authorization", "Bearer wrong"));

        await header.ProblemAsync(HttpStatusCode.Forbidden, "key_wrong");
        await bearer.ProblemAsync(HttpStatusCode.Forbidden, "key_wrong");
    }

    [Theory]
    [InlineData("X-Api-Key", Key)]
    [InlineData("Authorization", $"Bearer {Key}")]
    [InlineData("Authorization", $"bearer {Key}")]
    public async Task Change_RightKey_IsDone(string header, string value)
    {
        using var response = await frontend.Http.PostPathAsync("/api/models/tiny/variants/original/load", (header, value));

        Assert.Equal("ready", (await response.OkAsync()).Text("state"));
    }

    [Fact]
    public async Task Change_OtherScheme_IsUnauthorized()
    {
        using var response = await frontend.Http.PostPathAsync("/api/models/tiny/variants/original/load", ("Authorization", $"Basic {Key}"));

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "key_missing");
    }

    [Fact]
    public async Task Classify_NoKey_IsOpen()
    {
        using var response = await frontend.Http.ClassifyAsync("tiny", Pictures.Red);

        await response.OkAsync();
    }

    public sealed class Frontend : IAsyncLifetime
    {
        private readonly TestRepository _repository = new TestRepository().AddModel("tiny");
        private ServerProcess? _server;

        internal HttpClient Http => _server!.Http;

        public async ValueTask InitializeAsync() =>
            _server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root, "--Lineup:Security:ApiKey", Key);

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
                await _server.DisposeAsync();
            _repository.Dispose();
        }
    }
}
