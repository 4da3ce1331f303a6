using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.EndToEnd.Tests.Observability;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Rest;

/// <summary>One after the other, since the silo they share works on one job at a time.</summary>
[Collection(Collection)]
public sealed class JobTests(FrontendFixture frontend)
{
    public const string Collection = "jobs of the shared frontend";

    private static readonly TinyModel Compressible = new() { Classes = 20 };

    private HttpClient Http => frontend.Http;

    [Fact]
    public async Task Compress_ArchiveAsRawBody_MakesVariantsThatServeWithoutRestart()
    {
        var model = frontend.AddModel(Compressible);
        using var response = await Http.StartJobAsync(model, "compress", "variants=fp16,int8&name=mine.zip", TestArchive.Colours());

        var job = await response.AcceptedAsync();

        var done = await Http.EndAsync(job);
        Assert.Equal(["fp16", "int8"], done.GetProperty("result").List("variants").Select(variant => variant.Text("name")));
        Assert.Equal(("compress", "mine.zip"), (done.Text("kind"), done.Text("pictures")));
        using var answer = await Http.ClassifyAsync(model, Pictures.Red, "int8");
        Assert.Equal("red", (await answer.OkAsync()).TopLabel());
        var plan = await Http.JsonAsync($"{job.Text("address")}/plan");
        Assert.NotEmpty(plan.List("plan"));
        Assert.Equal("done", (await Http.JsonAsync(job.Text("address")!)).Text("state"));
        Assert.Equal(job.Text("id"), (await Http.JsonAsync($"/api/models/{model}/jobs")).List("jobs")[0].Text("id"));
        Assert.Contains((await Http.JsonAsync("/api/jobs")).List("jobs"), other => other.Text("id") == job.Text("id"));
    }

    [Fact]
    public async Task Evaluate_ArchiveAsField_GivesTheReportAndGauges()
    {
        var model = frontend.AddModel(Compressible, "original", "int8");
        using var response = await Http.StartJobFormAsync(model, "evaluate", "cropOnly=true", TestArchive.Colours());

        var job = await response.AcceptedAsync();

        var done = await Http.EndAsync(job);
        var report = done.GetProperty("result").GetProperty("evaluation");
        Assert.Equal(("holiday.zip", 12), (report.Text("dataSet"), report.GetProperty("images").GetInt32()));
        Assert.Equal(["original", "int8"], report.List("variants").Select(variant => variant.Text("name")));
        var scrape = await Scrape.UntilAsync(
            Http, "the evaluation shows", now => now.Values("lineup_evaluation_top1", ("model", model), ("variant", "int8")) is [1]);
        Assert.True(scrape.Value("lineup_jobs_started_total", ("kind", "evaluate")) >= 1);
        Assert.True(scrape.Value("lineup_jobs_finished_total", ("kind", "evaluate"), ("outcome", "done")) >= 1);
        Assert.True(scrape.Value("lineup_job_duration_seconds_count", ("kind", "evaluate"), ("outcome", "done")) >= 1);
        Assert.Single(scrape.Values("lineup_jobs_running"));
        Assert.Single(scrape.Values("lineup_jobs_waiting"));
    }

    [Fact]
    public async Task Evaluate_WhileOneRuns_IsRefusedWithItsAddressAndCanBeCancelled()
    {
        await using var endless = await Http.StartEndlessAsync(frontend);
        var (model, job) = (endless.Model, endless.Job);

        using var second = await Http.StartJobAsync(model, "evaluate", "", TestArchive.Colours());

        var problem = await second.ProblemAsync(HttpStatusCode.Conflict, "model_busy");
        Assert.Equal(job.Text("address"), problem.Text("job"));
        using var delete = await Http.DeletePathAsync($"/api/models/{model}");
        Assert.Equal(job.Text("address"), (await delete.ProblemAsync(HttpStatusCode.Conflict, "model_busy")).Text("job"));
        using var cancel = await Http.DeletePathAsync(job.Text("address")!);
        Assert.True(cancel.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.OK, $"{cancel.StatusCode}");
        await Http.EndAsync(job, "cancelled");
        using var again = await Http.DeletePathAsync(job.Text("address")!);
        Assert.Equal("cancelled", (await again.OkAsync()).Text("state"));
    }

    [Fact]
    public async Task Events_CallerLeavesAndComesBack_GoesOnWhereThingsStand()
    {
        await using var endless = await Http.StartEndlessAsync(frontend);
        var job = endless.Job;

        var first = await Http.EventsAsync(job, most: 2);
        var second = await Http.EventsAsync(job, most: 2);

        Assert.All([.. first, .. second], item => Assert.Equal(job.Text("id"), item.Data.Text("id")));
        Assert.Contains(second[0].EventType, new[] { "queued", "running" });
    }

    [Fact]
    public async Task Events_NothingNewForAWhile_ShowThatTheConnectionLives()
    {
        JsonElement job;
        await using (await Http.StartEndlessAsync(frontend))
        {
            using var response = await Http.StartJobAsync(frontend.AddModel(Compressible), "compress", "variants=fp16");
            job = await response.AcceptedAsync();
            await Poll.UntilAsync("it is queued", () => Http.JsonAsync(job.Text("address")!), now => now.TryGetProperty("ahead", out _));

            var events = await Http.EventsAsync(job, most: 2);

            Assert.Equal(["queued", "heartbeat"], events.Select(item => item.EventType));
            Assert.Equal("queued", events[1].Data.Text("state"));
        }

        await Http.EndAsync(job);
    }

    [Fact]
    public async Task Compress_CallerBreaksOffTheUpload_CancelsTheJob()
    {
        var model = frontend.AddModel(Compressible);
        using (var caller = new TcpClient())
        {
            await caller.ConnectAsync(Http.BaseAddress!.Host, Http.BaseAddress.Port, TestContext.Current.CancellationToken);
            await caller.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST /api/models/{model}/compress?variants=fp16 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nPK"),
                TestContext.Current.CancellationToken);
            await Poll.UntilAsync("the job waits for its upload", JobsAsync, jobs => jobs is [var job] && job.Text("state") == "uploading");
        }

        var ended = await Poll.UntilAsync("the job is cancelled", JobsAsync, jobs => jobs[0].Text("state") == "cancelled");

        Assert.Single(ended);
        using var next = await Http.StartJobAsync(model, "compress", "variants=fp16");
        await Http.EndAsync(await next.AcceptedAsync());

        async Task<List<JsonElement>> JobsAsync() => (await Http.JsonAsync($"/api/models/{model}/jobs")).List("jobs");
    }

    [Fact]
    public async Task Compress_ManyMistakes_NamesThemAll()
    {
        var model = frontend.AddModel(Compressible);

        using var response = await Http.StartJobAsync(model, "compress", "variants=int4,int8&range=none&floor=2&count=0&dataSet=../secret");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request");
        Assert.Equal(5, problem.List("problems").Count);
        Assert.Contains("colours.zip, many.zip", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_UnknownModel_IsNotFound()
    {
        using var response = await Http.StartJobAsync("no-such-model", "compress", "variants=fp16");

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Compress_NoZipArchive_IsUnsupported()
    {
        var model = frontend.AddModel(Compressible);

        using var response = await Http.StartJobAsync(model, "compress", "variants=fp16", "this is text"u8.ToArray());

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "upload_unsupported");
    }

    [Fact]
    public async Task Compress_FieldOfAnotherName_SaysWhichIsWanted()
    {
        var model = frontend.AddModel(Compressible);

        using var response = await Http.StartJobFormAsync(model, "compress", "variants=fp16", TestArchive.Colours(), field: "image");

        Assert.Contains("'pictures'", (await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request")).Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_DamagedArchive_FailsWithTheReason()
    {
        var model = frontend.AddModel(Compressible);
        using var response = await Http.StartJobAsync(model, "evaluate", "", [.. "PK"u8, .. new byte[5000]]);

        var failed = await Http.EndAsync(await response.AcceptedAsync(), "failed");

        Assert.Contains("upload.zip is no zip archive", failed.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_Unknown_IsNotFound()
    {
        var model = frontend.AddModel(Compressible);
        foreach (var path in new[] { "", "/plan", "/events" })
        {
            using var response = await Http.GetPathAsync($"/api/models/{model}/jobs/none{path}");
            await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        }

        using var cancel = await Http.DeletePathAsync($"/api/models/{model}/jobs/none");
        await cancel.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task DataSets_FolderOfTheSilo_AreListed() =>
        Assert.Equal(["colours.zip", "many.zip"], (await Http.JsonAsync("/api/data-sets")).List("dataSets").Select(name => name.GetString()));

    [Fact]
    public async Task Delete_VariantThenModel_AreGone()
    {
        var model = frontend.AddModel("original", "int8");
        using (var warm = await Http.ClassifyAsync(model, Pictures.Red, "int8"))
            await warm.OkAsync();
        using var original = await Http.DeletePathAsync($"/api/models/{model}/variants/original");
        await original.ProblemAsync(HttpStatusCode.Conflict, "is_original");

        using var variant = await Http.DeletePathAsync($"/api/models/{model}/variants/int8");

        Assert.Equal(HttpStatusCode.NoContent, variant.StatusCode);
        using var gone = await Http.ClassifyAsync(model, Pictures.Red, "int8");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        using var whole = await Http.DeletePathAsync($"/api/models/{model}");
        Assert.Equal(HttpStatusCode.NoContent, whole.StatusCode);
        using var nothing = await Http.DeletePathAsync($"/api/models/{model}");
        await nothing.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }
}
