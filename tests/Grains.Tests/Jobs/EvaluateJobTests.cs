using System.Text.Json;
using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Jobs;
using Lineup.Grains.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Jobs;

[Collection(ClusterFixture.Name)]
public sealed class EvaluateJobTests(JobScene scene) : IClassFixture<JobScene>
{
    [Fact]
    public async Task Start_DataSetOfTheSilo_MeasuresVariantsAndShowsThemInTheListing()
    {
        var (model, grain) = scene.AddModel();
        scene.Repository.AddVariant(model, "blind", new TinyModel { Classes = 20, BlindTo = 2 });

        var job = await grain.AcceptedAsync(JobScene.Evaluation);

        var done = await grain.EndAsync(job.Id);
        var report = JsonSerializer.Deserialize<JsonElement>(done.Result!.Evaluation!);
        Assert.Equal("colours.zip", report.GetProperty("dataSet").GetString());
        var top1 = report.GetProperty("variants").EnumerateArray()
            .ToDictionary(variant => variant.GetProperty("name").GetString()!, variant => variant.GetProperty("evaluation").GetProperty("top1").GetDouble());
        Assert.Equal(100, top1["original"]);
        Assert.InRange(top1["blind"], 66, 67);
        var listing = await scene.Cluster.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).ListModels();
        var blind = listing.Models.Single(known => known.Name == model).Variants.Single(variant => variant.Id.Variant == "blind");
        Assert.Equal(top1["blind"], blind.Evaluation!.Top1);
        Assert.Equal(["original", "blind"], done.Finished);
    }

    [Fact]
    public async Task Start_NoSave_LeavesVariantsAlone()
    {
        var (model, grain) = scene.AddModel();

        var job = await grain.AcceptedAsync(JobScene.Evaluation with { Evaluate = new() { NoSave = true } });

        Assert.NotNull((await grain.EndAsync(job.Id)).Result!.Evaluation);
        Assert.False(File.Exists(Path.Combine(scene.Repository.Root, model, "original", "variant.json")));
    }

    [Fact]
    public async Task Start_NoPictureOfAKnownClass_FailsWithoutSayingWhereFilesLie()
    {
        var (_, grain) = scene.AddModel();

        var job = await grain.UploadAsync(JobScene.Evaluation, TestArchive.Zip(("unknown/1.png", TestImages.Plain(1, 2, 3))));

        var failed = await grain.EndAsync(job.Id, JobState.Failed);
        Assert.Contains("none of the 1 pictures of pictures.zip", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Repository.Root, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListDataSets_FolderWithOtherFiles_GivesFoldersAndArchives()
    {
        var names = await scene.Cluster.Grains.GetGrain<IDataSetGrain>(IDataSetGrain.Key).List();

        Assert.Equal(["colours.zip", "many.zip", "nothing"], names);
    }

    [Theory]
    [InlineData("../colours.zip")]
    [InlineData("..")]
    [InlineData("nothing/../colours.zip")]
    [InlineData("readme.txt")]
    [InlineData("/etc")]
    [InlineData("")]
    public async Task Start_DataSetThatIsNone_IsRefusedAndNamesThoseThereAre(string name)
    {
        var (_, grain) = scene.AddModel();

        var reply = await grain.Start(JobScene.Evaluation with { DataSet = name });

        Assert.Equal(JobOutcome.Invalid, reply.Outcome);
        Assert.Contains("colours.zip, many.zip, nothing", Assert.Single(reply.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_EmptyDataSet_Fails()
    {
        var (_, grain) = scene.AddModel();

        var job = await grain.AcceptedAsync(JobScene.Evaluation with { DataSet = "nothing" });

        Assert.StartsWith("nothing holds no pictures", (await grain.EndAsync(job.Id, JobState.Failed)).Message, StringComparison.Ordinal);
    }
}
