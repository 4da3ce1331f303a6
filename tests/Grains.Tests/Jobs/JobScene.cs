using System.Security.Cryptography;
using Lineup.GrainInterfaces.Jobs;
using Lineup.Grains.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Jobs;

/// <summary>A silo with a folder of data sets, "colours.zip", "many.zip" and "nothing", and models of each test's own.</summary>
public sealed class JobScene : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("lineup-data-");
    private readonly List<TestRepository> _repositories = [];
    private TestCluster? _cluster;

    /// <summary>A model whose evaluation on many.zip takes minutes: long enough to be seen at work, and to be stopped.</summary>
    internal static TinyModel Endless { get; } = new() { ExtraWork = 50 };

    internal TestCluster Cluster => _cluster!;

    internal TestRepository Repository { get; } = new();

    internal string Jobs => Path.Combine(Repository.Root, ".jobs");

    internal static JobRequest Compression(params string[] variants) =>
        new() { Compress = new() { Variants = variants }, DataSet = "colours.zip" };

    internal static JobRequest Evaluation => new() { Evaluate = new(), DataSet = "colours.zip" };

    /// <summary>With <see cref="Endless"/>, a job that ends when somebody ends it.</summary>
    internal static JobRequest EndlessEvaluation => new() { Evaluate = new(), DataSet = "many.zip" };

    internal static byte[] Many { get; } = TestArchive.Zip(Enumerable.Range(0, 20_000).Select(i => ($"red/{i}.png", VariantCalls.Red)));

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllBytesAsync(Path.Combine(_data.FullName, "colours.zip"), TestArchive.Colours());
        await File.WriteAllBytesAsync(Path.Combine(_data.FullName, "many.zip"), Many);
        _data.CreateSubdirectory("nothing");
        await File.WriteAllTextAsync(Path.Combine(_data.FullName, "readme.txt"), "no data set");
        _cluster = await StartAsync(Repository);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        Repository.Dispose();
        _repositories.ForEach(repository => repository.Dispose());
        _data.Delete(recursive: true);
    }

    /// <summary>Another cluster on a repository, with the same data sets.</summary>
    internal Task<TestCluster> StartAsync(TestRepository repository, short silos = 1, params (string Key, string Value)[] settings) =>
        TestCluster.StartAsync(repository, silos, [("Lineup:Jobs:DataFolder", _data.FullName), ("Lineup:Jobs:KeepFreeBytes", "0"), .. settings]);

    /// <summary>A repository of a test's own, which goes with the scene.</summary>
    internal TestRepository NewRepository()
    {
        _repositories.Add(new());
        return _repositories[^1];
    }

    internal (string Model, IModelJobGrain Grain) AddModel(TinyModel? model = null, params string[] variants)
    {
        var name = $"model-{Guid.NewGuid():n}";
        Repository.AddModel(name, model ?? new TinyModel { Classes = 20 }, variants);
        return (name, Grain(name));
    }

    internal IModelJobGrain Grain(string model) => Cluster.Grains.GetGrain<IModelJobGrain>(model);

    /// <summary>Hidden things that somebody has left in a model's folder.</summary>
    internal IEnumerable<string> Leftovers(string model) =>
        Directory.EnumerateFileSystemEntries(Path.Combine(Repository.Root, model), ".*").Select(path => Path.GetFileName(path));

    /// <summary>Files of uploads, of all jobs.</summary>
    internal IEnumerable<string> Uploads() => Directory.Exists(Path.Combine(Jobs, "uploads"))
        ? Directory.EnumerateFiles(Path.Combine(Jobs, "uploads"), "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "lock")
        : [];
}

/// <summary>Calls to a model's job grain with what most tests do not care about filled in.</summary>
internal static class JobCalls
{
    public static async Task<JobStatus> AcceptedAsync(this IModelJobGrain grain, JobRequest request)
    {
        var reply = await grain.Start(request);
        Assert.True(reply.Outcome == JobOutcome.Accepted, $"{reply.Outcome}: {string.Join("; ", reply.Problems)}");
        return reply.Job!;
    }

    /// <summary>Starts a job with an upload and sends it in pieces.</summary>
    public static async Task<JobStatus> UploadAsync(this IModelJobGrain grain, JobRequest request, byte[] archive, int piece = 1000)
    {
        var job = await grain.AcceptedAsync(request with { DataSet = null, Upload = new("pictures.zip", archive.Length) });
        for (var at = 0; at < archive.Length; at += piece)
        {
            var reply = await grain.Append(new() { Job = job.Id, Offset = at, Bytes = archive.AsMemory(at, Math.Min(piece, archive.Length - at)) });
            Assert.True(reply.Outcome == UploadOutcome.Ok, $"{reply.Outcome}: {reply.Reason}");
        }

        var last = await grain.FinishUpload(job.Id, archive.Length, Convert.ToHexStringLower(SHA256.HashData(archive)));
        Assert.True(last.Outcome == UploadOutcome.Ok, $"{last.Outcome}: {last.Reason}");
        return last.Job!;
    }

    public static async Task<List<JobStatus>> WatchAsync(this IModelJobGrain grain, string job)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var seen = new List<JobStatus>();
        await foreach (var status in grain.Watch(job, cancellation).WithCancellation(cancellation))
            seen.Add(status);
        return seen;
    }

    /// <summary>Waits for the end of a job, which has to be the one that is named.</summary>
    public static async Task<JobStatus> EndAsync(this IModelJobGrain grain, string job, JobState state = JobState.Done)
    {
        var last = (await grain.WatchAsync(job))[^1];
        Assert.True(last.State == state, $"{last.State}: {last.Message}");
        return last;
    }

    public static Task<JobStatus> UntilAsync(this IModelJobGrain grain, string job, JobState state) => Poll.UntilAsync(
        $"the job is {state}", async () => (await grain.GetStatus(job))!, status => status.State == state);
}
