using Lineup.GrainInterfaces.Jobs;
using Lineup.Grains.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Jobs;

[Collection(ClusterFixture.Name)]
public sealed class JobLifeTests(JobScene scene) : IClassFixture<JobScene>
{
    [Fact]
    public async Task Start_WhileOneRuns_IsRefusedAndNamesIt()
    {
        var (_, grain) = scene.AddModel(JobScene.Endless);
        var first = await grain.AcceptedAsync(JobScene.EndlessEvaluation);

        var second = await grain.Start(JobScene.Compression("fp16"));

        Assert.Equal((JobOutcome.ModelBusy, first.Id), (second.Outcome, second.Job?.Id));
        await grain.Cancel(first.Id);
        await grain.EndAsync(first.Id, JobState.Cancelled);
        var third = await grain.AcceptedAsync(JobScene.Compression("fp16"));
        await grain.EndAsync(third.Id);
    }

    [Fact]
    public async Task Start_TwoAtOnce_OneIsAccepted()
    {
        var (_, grain) = scene.AddModel(JobScene.Endless);

        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => grain.Start(JobScene.EndlessEvaluation)));

        var job = Assert.Single(replies, reply => reply.Outcome == JobOutcome.Accepted).Job!;
        Assert.All(replies.Where(reply => reply.Outcome != JobOutcome.Accepted), reply => Assert.Equal((JobOutcome.ModelBusy, job.Id), (reply.Outcome, reply.Job?.Id)));
        await grain.Cancel(job.Id);
        await grain.EndAsync(job.Id, JobState.Cancelled);
    }

    [Fact]
    public async Task Start_SiloWorksOnAnotherModel_WaitsForItsTurn()
    {
        var (_, first) = scene.AddModel(JobScene.Endless);
        var (_, second) = scene.AddModel();
        var running = await first.AcceptedAsync(JobScene.EndlessEvaluation);
        await first.UntilAsync(running.Id, JobState.Running);

        var waiting = await second.AcceptedAsync(JobScene.Compression("fp16"));

        var queued = await Poll.UntilAsync("it is queued", async () => (await second.GetStatus(waiting.Id))!, status => status.Ahead is not null);
        Assert.Equal((JobState.Queued, 1), (queued.State, queued.Ahead));
        await first.Cancel(running.Id);
        await second.EndAsync(waiting.Id);
    }

    [Fact]
    public async Task Cancel_Queued_EndsAtOnceAndLetsOthersPass()
    {
        var (_, first) = scene.AddModel(JobScene.Endless);
        var (_, second) = scene.AddModel();
        var (_, third) = scene.AddModel();
        var running = await first.AcceptedAsync(JobScene.EndlessEvaluation);
        await first.UntilAsync(running.Id, JobState.Running);
        var waiting = await second.AcceptedAsync(JobScene.Compression("fp16"));
        var last = await third.AcceptedAsync(JobScene.Compression("fp16"));

        await second.Cancel(waiting.Id);

        await second.EndAsync(waiting.Id, JobState.Cancelled);
        Assert.Equal(JobState.Queued, (await third.GetStatus(last.Id))!.State);
        await first.Cancel(running.Id);
        await third.EndAsync(last.Id);
    }

    [Fact]
    public async Task Cancel_Running_LeavesNothing()
    {
        var (model, grain) = scene.AddModel(JobScene.Endless);
        var job = await grain.UploadAsync(JobScene.Evaluation, JobScene.Many, piece: 500_000);
        await Poll.UntilAsync("it evaluates", async () => (await grain.GetStatus(job.Id))!, status => status.Stage == "evaluating");

        await grain.Cancel(job.Id);

        var cancelled = await grain.EndAsync(job.Id, JobState.Cancelled);
        Assert.Null(cancelled.Result);
        Assert.False(File.Exists(Path.Combine(scene.Repository.Root, model, "original", "variant.json")));
        Assert.DoesNotContain(scene.Uploads(), path => path.Contains(job.Id, StringComparison.Ordinal));
        Assert.Equal(JobState.Cancelled, (await grain.Cancel(job.Id))!.State);
    }

    [Fact]
    public async Task GetStatus_UnknownJob_IsNull()
    {
        var (_, grain) = scene.AddModel();

        Assert.Null(await grain.GetStatus("no-such-job"));
        Assert.Null(await grain.GetPlan("../../../etc/passwd"));
        Assert.Null(await grain.Cancel("no-such-job"));
        Assert.Empty(await grain.List());
        Assert.Empty(await grain.WatchAsync("no-such-job"));
    }

    [Theory]
    [InlineData("no-such-model")]
    [InlineData("../elsewhere")]
    public async Task Start_UnknownModel_IsRefused(string model)
    {
        var reply = await scene.Grain(model).Start(JobScene.Compression("fp16"));

        Assert.Equal(JobOutcome.ModelNotFound, reply.Outcome);
    }

    [Fact]
    public async Task Start_ManyMistakes_NamesThemAll()
    {
        var (_, grain) = scene.AddModel();
        var request = new JobRequest
        {
            Compress = new()
            {
                Variants = ["int4", "int8"],
                Count = 0,
                Compute = "fp8",
                Range = "1",
                Sparsity = 2,
                MultiplyAdds = 3,
                Pruning = "magic",
                Floor = 7,
            },
        };

        var reply = await grain.Start(request);

        Assert.Equal(JobOutcome.Invalid, reply.Outcome);
        Assert.All(
            ["int4", "without pictures", "compute", "range", "floor", "count", "pruning"],
            named => Assert.Contains(reply.Problems, problem => problem.Contains(named, StringComparison.Ordinal)));
        var sparse = await grain.Start(JobScene.Compression("pruned") with { Compress = new() { Variants = ["pruned"], Sparsity = 2, MultiplyAdds = 3 } });
        Assert.Equal(2, sparse.Problems.Count);
        Assert.Empty(await grain.List());
    }

    [Fact]
    public async Task List_MoreJobsThanAreKept_ForgetsTheOldest()
    {
        var repository = scene.NewRepository().AddModel("tiny", new TinyModel { Classes = 20 });
        await using var cluster = await scene.StartAsync(repository, settings: ("Lineup:Jobs:KeptJobs", "2"));
        var grain = cluster.Grains.GetGrain<IModelJobGrain>("tiny");
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add((await grain.AcceptedAsync(new() { Compress = new() { Variants = ["fp16"] } })).Id);
            await grain.EndAsync(ids[^1]);
        }

        var kept = await grain.List();

        Assert.Equal([ids[3], ids[2]], kept.Select(job => job.Id));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(repository.Root, ".jobs", "records", "tiny")).Length);
    }

    [Fact]
    public async Task Start_SiloIsFull_IsRefused()
    {
        var repository = scene.NewRepository().AddModel("first", JobScene.Endless).AddModel("second");
        await using var cluster = await scene.StartAsync(repository, settings: ("Lineup:Jobs:MaxJobs", "1"));
        var first = cluster.Grains.GetGrain<IModelJobGrain>("first");
        var job = await first.AcceptedAsync(JobScene.EndlessEvaluation);

        var reply = await cluster.Grains.GetGrain<IModelJobGrain>("second").Start(JobScene.Compression("fp16"));

        Assert.Equal(JobOutcome.QueueFull, reply.Outcome);
        await first.Cancel(job.Id);
        await first.EndAsync(job.Id, JobState.Cancelled);
    }
}
