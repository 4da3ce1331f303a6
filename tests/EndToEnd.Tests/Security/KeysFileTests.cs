using System.Net;
using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.EndToEnd.Tests.Observability;
using Lineup.TestSupport;
using Lineup.TestSupport.Hosting;

namespace Lineup.EndToEnd.Tests.Security;

/// <summary>A frontend with a file of keys that the command makes, a limit for addresses, and an audit log.</summary>
public sealed class KeysFileTests : IAsyncLifetime
{
    private const string Load = "/api/models/tiny/variants/original/load";

    private readonly TestRepository _repository = new TestRepository().AddModel("tiny");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lineup-keys-");
    private ServerProcess? _server;

    private HttpClient Http => _server!.Http;

    private string KeysFile => Path.Combine(_folder.FullName, "keys.json");

    private string AuditFolder => Path.Combine(_folder.FullName, "audit");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _repository.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Keys_OfBothRoles_OpenWhatTheyShallUntilTheyAreRemoved()
    {
        var infer = await AddKeyAsync("camera", "infer");
        var operate = await AddKeyAsync("admin", "operate");
        await StartAsync("--Lineup:Security:RequireKey", "true");

        using (var without = await ClassifyAsync(null))
            await without.ProblemAsync(HttpStatusCode.Unauthorized, "key_missing");
        using (var wrong = await ClassifyAsync(infer[..^1] + "-"))
            await wrong.ProblemAsync(HttpStatusCode.Forbidden, "key_wrong");
        using (var classify = await ClassifyAsync(infer))
            Assert.Equal("red", (await classify.OkAsync()).TopLabel());
        using (var both = await ClassifyAsync(operate))
            await both.OkAsync();
        using (var mayNot = await Http.PostPathAsync(Load, ("X-Api-Key", infer)))
            await mayNot.ProblemAsync(HttpStatusCode.Forbidden, "key_not_allowed");
        using (var may = await Http.PostPathAsync(Load, ("Authorization", $"Bearer {operate}")))
            await may.OkAsync();

        await RunKeysAsync("remove", "camera");

        await Poll.UntilAsync(
            "the key is out of force",
            async () =>
            {
                using var response = await ClassifyAsync(infer);
                return response.StatusCode;
            },
            status => status == HttpStatusCode.Forbidden);
        var young = await AddKeyAsync("another", "infer");
        await Scrape.UntilAsync(Http, "the new key is in force", scrape => scrape.Values("lineup_keys") is [2]);
        using (var another = await ClassifyAsync(young))
            await another.OkAsync();

        await File.WriteAllTextAsync(KeysFile, "{ \"schema\": 1, \"ke", TestContext.Current.CancellationToken);
        await Scrape.UntilAsync(Http, "the broken file is seen", scrape => scrape.Values("lineup_keys_stale") is [1]);
        using (var still = await ClassifyAsync(young))
            await still.OkAsync();
        Assert.Contains("cannot be used", _server!.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(operate, _server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_LetAndRefused_AreInTheAuditLogWithoutKeys()
    {
        var operate = await AddKeyAsync("admin", "operate");
        await StartAsync("--Lineup:Audit:Folder", AuditFolder);

        (await Http.PostPathAsync($"{Load}?x=1", ("X-Api-Key", operate))).Dispose();
        (await Http.PostPathAsync(Load, ("X-Api-Key", "not the key of anybody"))).Dispose();
        (await Http.PostPathAsync("/api/models/tiny/variants/none/load", ("X-Api-Key", operate))).Dispose();
        (await ClassifyAsync(null)).Dispose();
        (await Http.PutPathAsync("/api/models/tiny/variants/original/replicas?count=2")).Dispose();

        var text = await Poll.UntilAsync("four entries are there", ReadAsync, text => text.Count(letter => letter == '\n') == 4);
        var entries = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["done", "refused", "failed", "refused"], entries.Select(entry => entry.Text("outcome")));
        Assert.Equal(["admin", "unknown", "admin", "unknown"], entries.Select(entry => entry.Text("caller")));
        Assert.Equal([200, 403, 404, 401], entries.Select(entry => entry.GetProperty("status").GetInt32()));
        Assert.Equal((Load, "?x=1", "POST", "127.0.0.1"), (entries[0].Text("path"), entries[0].Text("query"), entries[0].Text("method"), entries[0].Text("address")));
        // Neither the whole key nor its secret half: a secret may itself hold underscores, so what follows the last one can be a single letter.
        Assert.DoesNotContain(operate[(operate.Length / 2)..], text, StringComparison.Ordinal);
        Assert.DoesNotContain("not the key of anybody", text, StringComparison.Ordinal);

        async Task<string> ReadAsync()
        {
            if (!Directory.Exists(AuditFolder))
                return "";
            await using var stream = new FileStream(Directory.GetFiles(AuditFolder).Single(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Limits_OfAnAddressAndOfAKey_AnswerTooManyRequests()
    {
        var key = await AddKeyAsync("camera", "infer", "--rate", "0.001");
        var free = await AddKeyAsync("free", "infer");
        await StartAsync("--Lineup:Limits:RequestsPerAddress", "0.001", "--Lineup:Limits:BurstSeconds", "2000");

        foreach (var sent in (string?[])[null, key])
        {
            (await ClassifyAsync(sent)).Dispose();
            (await ClassifyAsync(sent)).Dispose();
            using var third = await ClassifyAsync(sent);
            var problem = await third.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
            Assert.InRange(problem.GetProperty("retryAfterMs").GetDouble(), 1, 1_001_000);
            Assert.NotNull(third.Headers.RetryAfter?.Delta);
        }

        for (var i = 0; i < 5; i++)
        {
            using var response = await ClassifyAsync(free);
            await response.OkAsync();
        }

        // What is only read is not limited.
        await Http.JsonAsync("/api/models");
    }

    [Fact]
    public async Task Start_ImpossibleSettings_NamesThemAll()
    {
        await using var server = ServerProcess.Launch(
            "Lineup.Frontend.dll", "--urls", "http://127.0.0.1:0", "--Lineup:Repository:Path", _repository.Root,
            "--Lineup:Security:KeysFile", Path.Combine(_folder.FullName, "none.json"), "--Lineup:Security:TrustedProxies:0", "proxy");

        var code = await server.UntilExitAsync();

        Assert.NotEqual(0, code);
        Assert.Contains("Lineup:Security:KeysFile", server.Log, StringComparison.Ordinal);
        Assert.Contains("Lineup:Security:TrustedProxies", server.Log, StringComparison.Ordinal);
    }

    private async Task StartAsync(params string[] settings) => _server = await ServerProcess.StartReadyAsync(
        "Frontend", _repository.Root, ["--Lineup:Security:KeysFile", KeysFile, .. settings]);

    private async Task<string> AddKeyAsync(string name, string role, params string[] more)
    {
        var log = await RunKeysAsync(["add", name, "--role", role, .. more]);
        return log.Split('\n').Single(line => line.StartsWith("lineup_", StringComparison.Ordinal));
    }

    private async Task<string> RunKeysAsync(params string[] arguments)
    {
        var (code, log) = await ServerProcess.RunAsync("lineup.dll", ["keys", .. arguments, "--file", KeysFile]);
        Assert.True(code == 0, log);
        return log;
    }

    private async Task<HttpResponseMessage> ClassifyAsync(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Http.At("/api/models/tiny/variants/original/classify"));
        request.Content = Calls.Raw(Pictures.Red, "image/png");
        if (key is not null)
            request.Headers.Add("X-Api-Key", key);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
