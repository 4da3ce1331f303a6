using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Security;

/// <summary>Orleans' dashboard behind the key of all administration.</summary>
public sealed class OperatorDashboardTests : IAsyncLifetime
{
    private const string Key = "a-key-of-sixteen-characters-or-more";

    private readonly TestRepository _repository = new TestRepository().AddModel("tiny");
    private ServerProcess? _server;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartReadyAsync(
        "Frontend", _repository.Root, "--Lineup:Security:ApiKey", Key, "--Lineup:Security:AllowedHosts:0", "*");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _repository.Dispose();
    }

    [Theory]
    [InlineData("/orleans/")]
    [InlineData("/orleans/index.html")]
    [InlineData("/orleans/index.min.js")]
    [InlineData("/orleans/version")]
    [InlineData("/orleans/DashboardCounters")]
    [InlineData("/orleans/ClusterStats")]
    [InlineData("/orleans/SiloProperties/127.0.0.1:1@1")]
    [InlineData("/orleans/GrainState?grainId=tiny/original&grainType=x")]
    [InlineData("/orleans/GrainTypes")]
    [InlineData("/orleans/Trace")]
    public async Task Get_NoOrWrongKey_IsRefused(string path)
    {
        using var without = await _server!.Http.GetPathAsync(path);
        using var wrong = await SendAsync(path, new("Basic", Convert.ToBase64String("operator:not-the-key-at-all"u8)));

        await without.ProblemAsync(HttpStatusCode.Unauthorized, "key_missing");
        Assert.Equal("Basic", without.Headers.WwwAuthenticate.Single().Scheme);
        await wrong.ProblemAsync(HttpStatusCode.Forbidden, "key_wrong");
    }

    [Fact]
    public async Task Get_KeyAsPassword_ShowsSilosAndGrains()
    {
        var key = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{Key}")));
        using var classify = await _server!.Http.ClassifyAsync("tiny", Pictures.Red);

        using var page = await SendAsync("/orleans/", key);
        using var script = await SendAsync("/orleans/index.min.js", key);

        Assert.Contains("<script", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, script.StatusCode);
        var hosts = await Poll.UntilAsync("the dashboard has asked the cluster", HostsAsync, hosts => hosts.Count > 0);
        Assert.Equal("embedded", Assert.Single(hosts).Text("siloName"));

        async Task<IReadOnlyList<JsonElement>> HostsAsync()
        {
            using var counters = await SendAsync("/orleans/DashboardCounters", key);
            return [.. (await counters.OkAsync()).List("hosts")];
        }
    }

    [Fact]
    public async Task Trace_KeyAsPassword_IsNotShown()
    {
        using var logs = await SendAsync("/orleans/Trace", new("Bearer", Key));

        Assert.Equal(HttpStatusCode.Forbidden, logs.StatusCode);
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Bearer")]
    public async Task Load_KeyAsPassword_IsNotAcceptedWhereStateChanges(string scheme)
    {
        var credentials = scheme == "Basic" ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{Key}")) : Key;
        using var request = new HttpRequestMessage(HttpMethod.Post, _server!.Http.At("/api/models/tiny/variants/original/load"));
        request.Headers.Authorization = new(scheme, credentials);

        using var response = await _server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(scheme == "Basic" ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, response.StatusCode);
    }

    private Task<HttpResponseMessage> SendAsync(string path, AuthenticationHeaderValue authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _server!.Http.At(path));
        request.Headers.Authorization = authorization;
        return _server.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
