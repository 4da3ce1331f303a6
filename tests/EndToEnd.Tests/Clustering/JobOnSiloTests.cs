using System.Net;
using System.Security.Cryptography;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.EndToEnd.Tests.Rest;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Clustering;

/// <summary>Jobs where frontend and silo are processes of their own, and their limits and ends.</summary>
public sealed class JobOnSiloTests : IDisposable
{
    private const string Key = "a key of more than sixteen";

    private readonly TestRepository _repository = new TestRepository().AddModel("tiny", new TinyModel { Classes = 20 }).AddModel("slow", new TinyModel { ExtraWork = 50 });
    private readonly (int Silo, int Gateway) _ports = Ports.TakeTwo();

    [Fact]
    public async Task Compress_UploadOfManyPieces_ArrivesOnTheSiloAndItsVariantServes()
    {
        await using var silo = await StartSiloAsync();
        await using var frontend = await StartFrontendAsync();

        // Noise does not compress, and a megabyte and a half of it takes several pieces.
        var noise = new byte[1_500_000];
        RandomNumberGenerator.Fill(noise);
        var archive = TestArchive.Zip([("notes.txt", noise), .. Enumerable.Range(0, 6).Select(i => ($"{i}.png", Pictures.Red))]);
        using var response = await frontend.Http.StartJobAsync("tiny", "compress", "variants=fp16,int8", archive);
        var job = await response.AcceptedAsync();

        var done = await frontend.Http.EndAsync(job);

        Assert.Equal(("far", archive.Length), (done.Text("silo"), done.GetProperty("uploadedBytes").GetInt64()));
        using var answer = await frontend.Http.ClassifyAsync("tiny", Pictures.Red, "int8");
        Assert.Equal(("red", "far"), ((await answer.OkAsync()).TopLabel(), "far"));
        Assert.Empty(Uploads());
    }

    [Fact]
    public async Task Evaluate_SiloIsKilled_IsReportedAsLostAndTidiedUpByTheNext()
    {
        await using var silo = await StartSiloAsync();
        await using var frontend = await StartFrontendAsync();
        using var response = await frontend.Http.StartJobAsync("slow", "evaluate", "", Many);
        var job = await response.AcceptedAsync();
        await Poll.UntilAsync("it runs", () => frontend.Http.JsonAsync(job.Text("address")!), now => now.Text("state") == "running");
        var watching = frontend.Http.EventsAsync(job);

        await silo.KillAsync();
        Assert.NotEmpty(Uploads());
        await using var another = await StartSiloAsync();

        var last = (await watching)[^1];
        Assert.Equal("failed", last.EventType);
        Assert.Contains("lost", last.Data.Text("message"), StringComparison.Ordinal);
        Assert.Empty(Uploads());
    }

    [Fact]
    public async Task Terminate_SiloWithAJob_EndsTheJobAndItself()
    {
        Signals.Require();
        await using var silo = await StartSiloAsync();
        await using var frontend = await StartFrontendAsync();
        using var response = await frontend.Http.StartJobAsync("slow", "evaluate", "", Many);
        var job = await response.AcceptedAsync();
        await Poll.UntilAsync("it runs", () => frontend.Http.JsonAsync(job.Text("address")!), now => now.Text("stage") == "evaluating");

        silo.Terminate();

        Assert.True(await silo.UntilExitAsync() == 0, silo.Log);
        Assert.Empty(Uploads());
        await using var another = await StartSiloAsync();
        await frontend.UntilHealthAsync("ready", HttpStatusCode.OK);
        var status = await frontend.Http.JsonAsync(job.Text("address")!);
        Assert.Equal("failed", status.Text("state"));
        Assert.Contains("The silo stopped during the job", status.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_TooLarge_IsRefusedAnnouncedOrNot()
    {
        await using var frontend = await ServerProcess.StartReadyAsync("Frontend", _repository.Root, "--Lineup:Jobs:MaxUploadBytes", "100000");
        var archive = TestArchive.Zip(("1.png", Pictures.Red), ("noise", new byte[200_000]));

        using var announced = await frontend.Http.StartJobAsync("tiny", "compress", "variants=fp16", archive);
        using var form = await frontend.Http.StartJobFormAsync("tiny", "compress", "variants=fp16", archive);

        var problem = await announced.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "upload_too_large");
        Assert.Contains("97.7 KiB", problem.Text("detail"), StringComparison.Ordinal);
        await form.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "upload_too_large");
        Assert.Empty(Uploads());
    }

    [Fact]
    public async Task ChangingCalls_KeyIsConfigured_NeedIt()
    {
        await using var frontend = await ServerProcess.StartReadyAsync("Frontend", _repository.Root, "--Lineup:Security:ApiKey", Key);
        using var compress = await frontend.Http.StartJobAsync("tiny", "compress", "variants=fp16");
        await compress.ProblemAsync(HttpStatusCode.Unauthorized, "key_missing");
        using var evaluate = await frontend.Http.StartJobAsync("tiny", "evaluate", "", TestArchive.Colours());
        await evaluate.ProblemAsync(HttpStatusCode.Unauthorized, "key_missing");
        using var sets = await frontend.Http.GetPathAsync("/api/data-sets");
        await sets.ProblemAsync(HttpStatusCode.Unauthorized, "key_missing");
        foreach (var path in new[] { "/api/models/tiny", "/api/models/tiny/variants/original", "/api/models/tiny/jobs/none" })
        {
            using var delete = await frontend.Http.DeletePathAsync(path, "wrong");
            await delete.ProblemAsync(HttpStatusCode.Forbidden, "key_wrong");
        }

        using var allowed = await frontend.Http.PostPathAsync("/api/models/tiny/compress?variants=fp16", ("X-Api-Key", Key));

        await frontend.Http.EndAsync(await allowed.AcceptedAsync());
        using var deleted = await frontend.Http.DeletePathAsync("/api/models/tiny/variants/fp16", Key);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    public void Dispose() => _repository.Dispose();

    private static byte[] Many { get; } = TestArchive.Zip(Enumerable.Range(0, 20_000).Select(i => ($"red/{i}.png", Pictures.Red)));

    private IEnumerable<string> Uploads()
    {
        var folder = Path.Combine(_repository.Root, ".jobs", "uploads");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.zip", SearchOption.AllDirectories) : [];
    }

    private async Task<ServerProcess> StartSiloAsync(params string[] settings)
    {
        var silo = await ServerProcess.StartAsync(
            "Silo",
            _repository.Root,
            ["--Lineup:Silo:SiloPort", $"{_ports.Silo}", "--Lineup:Silo:GatewayPort", $"{_ports.Gateway}", "--Lineup:Silo:Name", "far", .. settings]);
        await silo.UntilHealthAsync("ready", HttpStatusCode.OK);
        return silo;
    }

    private Task<ServerProcess> StartFrontendAsync() =>
        ServerProcess.StartReadyAsync("Frontend", _repository.Root, "--Lineup:Cluster:Gateways:0", $"127.0.0.1:{_ports.Gateway}");
}
