using Lineup.GrainInterfaces.Jobs;
using Lineup.Grains.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Jobs;

[Collection(ClusterFixture.Name)]
public sealed class JobUploadTests(JobScene scene) : IClassFixture<JobScene>
{
    private static readonly JobRequest Offered = new() { Compress = new() { Variants = ["fp16"] }, Upload = new("pictures.zip", null) };

    [Fact]
    public async Task Append_NoZipArchive_FailsTheJobAtItsFirstPiece()
    {
        var (_, grain) = scene.AddModel();
        var job = await grain.AcceptedAsync(Offered);

        var reply = await grain.Append(new() { Job = job.Id, Offset = 0, Bytes = "no zip archive"u8.ToArray() });

        Assert.Equal(UploadOutcome.Unsupported, reply.Outcome);
        await AssertFailedAndGoneAsync(grain, job.Id, "not a zip archive");
    }

    [Fact]
    public async Task Append_PieceIsMissing_FailsTheJob()
    {
        var (_, grain) = scene.AddModel();
        var job = await grain.AcceptedAsync(Offered);
        await grain.Append(new() { Job = job.Id, Offset = 0, Bytes = "PK first"u8.ToArray() });

        var reply = await grain.Append(new() { Job = job.Id, Offset = 100, Bytes = "third"u8.ToArray() });

        Assert.Equal(UploadOutcome.Damaged, reply.Outcome);
        await AssertFailedAndGoneAsync(grain, job.Id, "does not follow");
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public async Task FinishUpload_OtherBytesThanWereSent_FailsTheJob(long bytes, bool rightHash)
    {
        var (_, grain) = scene.AddModel();
        var job = await grain.AcceptedAsync(Offered);
        var sent = "PK bytes"u8.ToArray();
        await grain.Append(new() { Job = job.Id, Offset = 0, Bytes = sent });

        var hash = rightHash ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(sent)) : new string('0', 64);
        var reply = await grain.FinishUpload(job.Id, bytes, hash);

        Assert.Equal(UploadOutcome.Damaged, reply.Outcome);
        await AssertFailedAndGoneAsync(grain, job.Id, "send it again");
    }

    [Fact]
    public async Task Start_AnnouncesTooMuch_IsRefusedAndTellsTheLimit()
    {
        await using var cluster = await SmallAsync();

        var reply = await cluster.Grains.GetGrain<IModelJobGrain>("tiny").Start(Offered with { Upload = new("pictures.zip", 1025) });

        Assert.Equal(JobOutcome.TooLarge, reply.Outcome);
        Assert.Contains("1.0 KiB", Assert.Single(reply.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Append_MoreThanIsAllowed_FailsTheJob()
    {
        await using var cluster = await SmallAsync();
        var grain = cluster.Grains.GetGrain<IModelJobGrain>("tiny");
        var job = await grain.AcceptedAsync(Offered);
        await grain.Append(new() { Job = job.Id, Offset = 0, Bytes = (byte[])[.. "PK"u8, .. new byte[1000]] });

        var reply = await grain.Append(new() { Job = job.Id, Offset = 1002, Bytes = new byte[100] });

        Assert.Equal(UploadOutcome.TooLarge, reply.Outcome);
        await grain.EndAsync(job.Id, JobState.Failed);
    }

    [Fact]
    public async Task Start_DiskHasToStayFreerThanItIs_IsRefused()
    {
        var repository = scene.NewRepository().AddModel("tiny");
        await using var cluster = await scene.StartAsync(repository, settings: ("Lineup:Jobs:KeepFreeBytes", $"{1L << 50}"));

        var reply = await cluster.Grains.GetGrain<IModelJobGrain>("tiny").Start(Offered with { Upload = new("pictures.zip", 10) });

        Assert.Equal(JobOutcome.TooLarge, reply.Outcome);
        Assert.Contains("room for 0 B", Assert.Single(reply.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Append_NothingComesAnyMore_GivesTheUploadUp()
    {
        var repository = scene.NewRepository().AddModel("tiny");
        await using var cluster = await scene.StartAsync(repository, settings: ("Lineup:Jobs:UploadStall", "00:00:01"));
        var grain = cluster.Grains.GetGrain<IModelJobGrain>("tiny");
        var job = await grain.AcceptedAsync(Offered);
        await grain.Append(new() { Job = job.Id, Offset = 0, Bytes = "PK first"u8.ToArray() });

        var failed = await grain.EndAsync(job.Id, JobState.Failed);

        Assert.Contains("abandoned", failed.Message, StringComparison.Ordinal);
        Assert.Equal(UploadOutcome.Gone, (await grain.Append(new() { Job = job.Id, Offset = 8, Bytes = "late"u8.ToArray() })).Outcome);
        Assert.Empty(Directory.GetFiles(Path.Combine(repository.Root, ".jobs", "uploads"), "*.zip", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Cancel_Uploading_EndsAtOnceAndDeletesWhatHasCome()
    {
        var (_, grain) = scene.AddModel();
        var job = await grain.AcceptedAsync(Offered);
        await grain.Append(new() { Job = job.Id, Offset = 0, Bytes = "PK first"u8.ToArray() });
        Assert.Contains(scene.Uploads(), path => path.Contains(job.Id, StringComparison.Ordinal));

        var status = await grain.Cancel(job.Id);

        Assert.Equal(JobState.Cancelled, status!.State);
        Assert.DoesNotContain(scene.Uploads(), path => path.Contains(job.Id, StringComparison.Ordinal));
        Assert.Equal(UploadOutcome.Gone, (await grain.Append(new() { Job = job.Id, Offset = 8, Bytes = "late"u8.ToArray() })).Outcome);
    }

    [Theory]
    [InlineData("../../outside.zip")]
    [InlineData("a/b.zip")]
    [InlineData(".hidden")]
    [InlineData("")]
    public async Task Start_NameIsNoFileName_IsCalledUpload(string name)
    {
        var (_, grain) = scene.AddModel();

        var job = await grain.AcceptedAsync(Offered with { Upload = new(name, null) });

        Assert.Equal("upload.zip", Path.GetFileName(Assert.Single(scene.Uploads(), path => path.Contains(job.Id, StringComparison.Ordinal))));
        await grain.Cancel(job.Id);
    }

    [Theory]
    [InlineData(0.5, "is no zip archive, or one that is cut off")]
    [InlineData(0.99, "is no zip archive, or one that is cut off")]
    public async Task Start_ArchiveIsCutOff_Fails(double share, string reason)
    {
        var (_, grain) = scene.AddModel();
        var archive = TestArchive.Colours();

        var job = await grain.UploadAsync(Offered, archive[..(int)(archive.Length * share)]);

        Assert.Contains(reason, (await grain.EndAsync(job.Id, JobState.Failed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ArchiveWithTooManyFiles_Fails()
    {
        var repository = scene.NewRepository().AddModel("tiny");
        await using var cluster = await scene.StartAsync(repository, settings: ("Lineup:Jobs:MaxFiles", "11"));
        var grain = cluster.Grains.GetGrain<IModelJobGrain>("tiny");

        var job = await grain.UploadAsync(Offered, TestArchive.Colours(each: 4));

        Assert.Contains("12 files, where 11 are the most", (await grain.EndAsync(job.Id, JobState.Failed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PicturesThatFillMemory_Fails()
    {
        var repository = scene.NewRepository().AddModel("tiny");
        await using var cluster = await scene.StartAsync(repository, settings: ("Lineup:Jobs:MaxCalibrationBytes", $"{1 << 20}"));
        var grain = cluster.Grains.GetGrain<IModelJobGrain>("tiny");

        // Bitmaps are as large as they look.
        var bitmap = TestImages.Bmp(Raster.Solid(400, 400, new(1, 2, 3)));
        var job = await grain.UploadAsync(Offered, TestArchive.Zip(Enumerable.Range(0, 3).Select(i => ($"{i}.bmp", bitmap))), piece: 100_000);

        Assert.Contains("more than 1.0 MiB together", (await grain.EndAsync(job.Id, JobState.Failed)).Message, StringComparison.Ordinal);
    }

    private Task<TestCluster> SmallAsync() =>
        scene.StartAsync(scene.NewRepository().AddModel("tiny"), settings: ("Lineup:Jobs:MaxUploadBytes", "1024"));

    private async Task AssertFailedAndGoneAsync(IModelJobGrain grain, string job, string reason)
    {
        var failed = await grain.EndAsync(job, JobState.Failed);
        Assert.Contains(reason, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Uploads(), path => path.Contains(job, StringComparison.Ordinal));
    }
}
