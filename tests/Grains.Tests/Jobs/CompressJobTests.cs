using Lineup.GrainInterfaces.Jobs;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;
using Lineup.ModelRepository.Storage;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Jobs;

[Collection(ClusterFixture.Name)]
public sealed class CompressJobTests(JobScene scene) : IClassFixture<JobScene>
{
    [Fact]
    public async Task Start_UploadedPictures_MakesVariantsThatAreServableAtOnce()
    {
        var (model, grain) = scene.AddModel();
        var int8 = scene.Cluster.Grains.GetGrain<IModelVariantGrain>($"{model}/int8#1");
        Assert.Equal(ClassifyOutcome.NotFound, (await int8.ClassifyAsync()).Outcome);

        var job = await grain.UploadAsync(JobScene.Compression("fp16", "int8"), TestArchive.Colours());

        var done = await grain.EndAsync(job.Id);
        Assert.Equal(["fp16", "int8"], done.Finished);
        Assert.Equal(["fp16", "int8"], done.Result!.Variants.Select(variant => variant.Name));
        Assert.All(done.Result.Variants, variant => Assert.True(variant is { Bytes: > 0, CompressedBytes: > 0, Agreement: 1, Steps.Count: > 0 }, $"{variant}"));
        Assert.Contains(await grain.GetPlan(job.Id) ?? [], line => line.StartsWith("int8: ", StringComparison.Ordinal));
        Assert.Equal(ClassifyOutcome.Ok, (await int8.ClassifyAsync()).Outcome);
        var recipe = new ModelStore(scene.Repository.Root).Find(model, "int8").Variant!.Manifest.Recipe!;
        Assert.Equal(("pictures.zip", done.Result.Variants[1].Agreement), (recipe.Calibration, recipe.Agreement));
        Assert.DoesNotContain(scene.Uploads(), path => path.Contains(job.Id, StringComparison.Ordinal));
        Assert.Empty(scene.Leftovers(model));
    }

    [Fact]
    public async Task Start_VariantInMemory_IsLoadedAnew()
    {
        var (model, grain) = scene.AddModel();
        var first = await grain.AcceptedAsync(JobScene.Compression("int8"));
        await grain.EndAsync(first.Id);
        var int8 = scene.Cluster.Grains.GetGrain<IModelVariantGrain>($"{model}/int8#1");
        await int8.LoadAsync();
        using var loads = new LoadCounter(model);

        var second = await grain.AcceptedAsync(JobScene.Compression("int8") with { Compress = new() { Variants = ["int8"], ReducedRange = true } });

        await grain.EndAsync(second.Id);
        Assert.Equal(1, loads.Count);
        Assert.Equal(VariantState.Ready, (await int8.GetStatus()).State);
    }

    [Fact]
    public async Task Start_DryRun_TellsThePlanAndInstallsNothing()
    {
        var (model, grain) = scene.AddModel();

        var job = await grain.AcceptedAsync(JobScene.Compression("int8") with { Compress = new() { Variants = ["int8"], DryRun = true } });

        var done = await grain.EndAsync(job.Id);
        Assert.Contains(done.Result!.Plan, line => line.StartsWith("int8: ", StringComparison.Ordinal));
        Assert.Empty(done.Result.Variants);
        Assert.Equal(done.Result.Plan, await grain.GetPlan(job.Id));
        Assert.False(Directory.Exists(Path.Combine(scene.Repository.Root, model, "int8")));
    }

    [Fact]
    public async Task Start_SecondVariantIsRefused_FailsWithTheReasonAndKeepsTheFirst()
    {
        var (model, grain) = scene.AddModel();

        // Nothing in this model has channels that could go.
        var job = await grain.AcceptedAsync(JobScene.Compression("fp16", "pruned-channels"));

        var failed = await grain.EndAsync(job.Id, JobState.Failed);
        Assert.Equal(["fp16"], failed.Finished);
        Assert.Contains("pruned-channels", failed.Message, StringComparison.Ordinal);
        Assert.True(new ModelStore(scene.Repository.Root).Find(model, "fp16").IsFound);
        Assert.Empty(scene.Leftovers(model));
    }

    [Fact]
    public async Task Start_VariantThatLineupDidNotMake_IsRefusedAndReplacedByForce()
    {
        var (_, grain) = scene.AddModel(null, "original", "int8");
        var job = await grain.AcceptedAsync(JobScene.Compression("int8"));
        var failed = await grain.EndAsync(job.Id, JobState.Failed);

        var forced = await grain.AcceptedAsync(failed.Request with { Compress = failed.Request.Compress! with { Force = true } });

        Assert.True(failed.Refused, failed.Message);
        Assert.False((await grain.EndAsync(forced.Id)).Refused);
    }

    [Fact]
    public async Task Watch_Job_TellsStagesInOrderUntilTheEnd()
    {
        var (_, grain) = scene.AddModel();
        var job = await grain.AcceptedAsync(JobScene.Compression("int8"));

        var seen = await grain.WatchAsync(job.Id);

        Assert.Equal(seen.Select(status => status.State).Order(), seen.Select(status => status.State));
        Assert.Equal(JobState.Done, seen[^1].State);
        Assert.NotNull(seen[^1].Result);
        Assert.Contains(seen, status => status.Stage?.StartsWith("int8: ", StringComparison.Ordinal) == true);
        Assert.All(seen, status => Assert.True(status.Fraction is null or (>= 0 and <= 1), $"{status.Fraction}"));
    }

    [Fact]
    public async Task Start_Fp16WithoutPictures_IsMadeUnverified()
    {
        var (_, grain) = scene.AddModel();

        var job = await grain.AcceptedAsync(new() { Compress = new() { Variants = ["fp16"] } });

        Assert.Null(Assert.Single((await grain.EndAsync(job.Id)).Result!.Variants).Agreement);
    }
}
