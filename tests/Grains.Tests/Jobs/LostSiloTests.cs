using Lineup.GrainInterfaces.Jobs;
using Lineup.Grains.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Jobs;

[Collection(ClusterFixture.Name)]
public sealed class LostSiloTests(JobScene scene) : IClassFixture<JobScene>
{
    [Theory]
    [InlineData(true, "The silo stopped during the job")]
    [InlineData(false, "was lost during the job")]
    public async Task GetStatus_SiloIsGone_SaysSoAndLetsTheJobBeStartedAgain(bool gracefully, string message)
    {
        var repository = scene.NewRepository().AddModel("endless", JobScene.Endless);
        await using var cluster = await scene.StartAsync(repository, silos: 2);
        var grain = cluster.Grains.GetGrain<IModelJobGrain>("endless");
        var job = await grain.AcceptedAsync(JobScene.EndlessEvaluation);
        await grain.UntilAsync(job.Id, JobState.Running);

        await cluster.EndSiloAsync(job.Silo, gracefully);

        var lost = await Poll.UntilAsync("the job is lost", () => TryGetAsync(grain, job.Id), status => status?.HasEnded == true);
        Assert.Equal(JobState.Failed, lost!.State);
        Assert.Contains(message, lost.Message, StringComparison.Ordinal);
        var again = await grain.AcceptedAsync(JobScene.EndlessEvaluation);
        Assert.NotEqual(job.Silo, again.Silo);
        await grain.Cancel(again.Id);
        await grain.EndAsync(again.Id, JobState.Cancelled);
    }

    [Fact]
    public async Task Start_EarlierProcessWasKilled_TidiesUpAfterIt()
    {
        var repository = scene.NewRepository().AddModel("tiny");
        var upload = Directory.CreateDirectory(Path.Combine(repository.Root, ".jobs", "uploads", new string('a', 32)));
        await File.WriteAllTextAsync(Path.Combine(upload.FullName, "lock"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(upload.FullName, "pictures.zip"), "half", TestContext.Current.CancellationToken);
        var half = Directory.CreateDirectory(Path.Combine(repository.Root, "tiny", $".int8.{new string('b', 32)}"));

        await using var cluster = await scene.StartAsync(repository);

        Assert.False(Directory.Exists(upload.FullName));
        Assert.False(Directory.Exists(half.FullName));
    }

    [Fact]
    public async Task Start_OtherProcessIsAtWork_LeavesItsFilesAlone()
    {
        var repository = scene.NewRepository().AddModel("tiny");
        await using var first = await scene.StartAsync(repository);
        var grain = first.Grains.GetGrain<IModelJobGrain>("tiny");
        var job = await grain.AcceptedAsync(new() { Compress = new() { Variants = ["fp16"] }, Upload = new("pictures.zip", null) });

        await using var second = await scene.StartAsync(repository);

        Assert.Equal(UploadOutcome.Ok, (await grain.Append(new() { Job = job.Id, Offset = 0, Bytes = "PK"u8.ToArray() })).Outcome);
        Assert.Single(Directory.GetFiles(Path.Combine(repository.Root, ".jobs", "uploads"), "*.zip", SearchOption.AllDirectories));
        await grain.Cancel(job.Id);
    }

    /// <summary>Null while the cluster finds out that the silo has gone.</summary>
    private static async Task<JobStatus?> TryGetAsync(IModelJobGrain grain, string job)
    {
        try
        {
            return await grain.GetStatus(job);
        }
        catch (Exception error) when (error is Orleans.Runtime.OrleansException or TimeoutException)
        {
            return null;
        }
    }
}
