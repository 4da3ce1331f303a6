using Lineup.GrainInterfaces.Jobs;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Jobs;

[Collection(ClusterFixture.Name)]
public sealed class DeleteTests(JobScene scene) : IClassFixture<JobScene>
{
    [Fact]
    public async Task DeleteVariant_InMemory_IsUnloadedAndGone()
    {
        var (model, grain) = scene.AddModel(null, "original", "int8");
        var int8 = Variant(model, "int8");
        await int8.LoadAsync();

        var reply = await grain.DeleteVariant("int8");

        Assert.Equal(DeleteOutcome.Deleted, reply.Outcome);
        Assert.Equal(["labels.txt", "model.json", "original"], Entries(model));
        Assert.Equal(ClassifyOutcome.NotFound, (await int8.ClassifyAsync()).Outcome);
        Assert.Equal(ClassifyOutcome.Ok, (await Variant(model, "original").ClassifyAsync()).Outcome);
    }

    [Fact]
    public async Task DeleteVariant_RequestsAccepted_AreAnswered()
    {
        var (model, grain) = scene.AddModel(VariantCalls.Slow, "original", "int8");
        var int8 = Variant(model, "int8");
        await int8.LoadAsync();
        var accepted = Enumerable.Range(0, 3).Select(_ => int8.ClassifyAsync()).ToList();
        await int8.UntilRunningAsync();

        var reply = await grain.DeleteVariant("int8");

        Assert.Equal(DeleteOutcome.Deleted, reply.Outcome);
        Assert.All(await Task.WhenAll(accepted), answer => Assert.Equal(ClassifyOutcome.Ok, answer.Outcome));
    }

    [Fact]
    public async Task DeleteVariant_Original_IsRefused()
    {
        var (model, grain) = scene.AddModel(null, "original", "int8");

        var reply = await grain.DeleteVariant("original");

        Assert.Equal(DeleteOutcome.IsOriginal, reply.Outcome);
        Assert.Equal(["int8", "labels.txt", "model.json", "original"], Entries(model));
    }

    [Theory]
    [InlineData("no-such-variant")]
    [InlineData("..")]
    [InlineData("../other")]
    [InlineData(".")]
    [InlineData("")]
    public async Task DeleteVariant_Unknown_IsNotFound(string variant)
    {
        var (model, grain) = scene.AddModel();

        Assert.Equal(DeleteOutcome.NotFound, (await grain.DeleteVariant(variant)).Outcome);
        Assert.Equal(["labels.txt", "model.json", "original"], Entries(model));
    }

    [Fact]
    public async Task DeleteVariant_ThatCannotBeLoaded_IsGone()
    {
        var (model, grain) = scene.AddModel();
        scene.Repository.AddCorrupt(model);
        Assert.Equal(VariantState.Failed, (await Variant(model, "corrupt").LoadAsync()).State);

        Assert.Equal(DeleteOutcome.Deleted, (await grain.DeleteVariant("corrupt")).Outcome);

        Assert.Equal(ClassifyOutcome.NotFound, (await Variant(model, "corrupt").ClassifyAsync()).Outcome);
    }

    [Fact]
    public async Task DeleteModel_WithVariantsInMemory_IsGoneWithItsJobs()
    {
        var (model, grain) = scene.AddModel(null, "original", "int8");
        await Variant(model, "int8").LoadAsync();
        var job = await grain.AcceptedAsync(JobScene.Compression("fp16"));
        await grain.EndAsync(job.Id);

        var reply = await grain.DeleteModel();

        Assert.Equal(DeleteOutcome.Deleted, reply.Outcome);
        Assert.DoesNotContain(Directory.EnumerateDirectories(scene.Repository.Root), path => path.Contains(model, StringComparison.Ordinal));
        Assert.Equal(ClassifyOutcome.NotFound, (await Variant(model, "int8").ClassifyAsync()).Outcome);
        Assert.Empty(await grain.List());
        Assert.Equal(DeleteOutcome.NotFound, (await grain.DeleteModel()).Outcome);
    }

    [Fact]
    public async Task DeleteModel_Malformed_IsGone()
    {
        var name = $"malformed-{Guid.NewGuid():n}";
        scene.Repository.AddMalformedModel(name);

        Assert.Equal(DeleteOutcome.Deleted, (await scene.Grain(name).DeleteModel()).Outcome);

        Assert.False(Directory.Exists(Path.Combine(scene.Repository.Root, name)));
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".jobs")]
    public async Task DeleteModel_NoModelsName_IsNotFound(string name)
    {
        Assert.Equal(DeleteOutcome.NotFound, (await scene.Grain(name).DeleteModel()).Outcome);
        Assert.True(Directory.Exists(scene.Repository.Root));
    }

    [Fact]
    public async Task Delete_JobRuns_IsRefusedAndNamesTheJob()
    {
        var (model, grain) = scene.AddModel(JobScene.Endless, "original", "int8");
        var job = await grain.AcceptedAsync(JobScene.EndlessEvaluation);

        DeleteReply[] replies = [await grain.DeleteVariant("int8"), await grain.DeleteModel()];

        Assert.All(replies, reply => Assert.Equal((DeleteOutcome.ModelBusy, job.Id), (reply.Outcome, reply.Job?.Id)));
        Assert.Equal(["int8", "labels.txt", "model.json", "original"], Entries(model));
        await grain.Cancel(job.Id);
        await grain.EndAsync(job.Id, JobState.Cancelled);
    }

    private IModelVariantGrain Variant(string model, string variant) => scene.Cluster.Grains.GetGrain<IModelVariantGrain>($"{model}/{variant}#1");

    private IEnumerable<string> Entries(string model) =>
        Directory.EnumerateFileSystemEntries(Path.Combine(scene.Repository.Root, model)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
