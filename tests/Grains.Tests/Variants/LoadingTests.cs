using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Variants;

[Collection(ClusterFixture.Name)]
public sealed class LoadingTests(ClusterFixture fixture)
{
    [Fact]
    public async Task GetStatus_NeverUsed_IsAbsentAndLoadsNothing()
    {
        var variant = fixture.Variant(fixture.AddModel());

        var status = await variant.GetStatus();

        Assert.Equal((VariantState.Absent, true), (status.State, status.Exists));
        Assert.Null(status.LoadTime);
        Assert.Null(status.SessionBytes);
    }

    [Fact]
    public async Task Classify_FirstUse_LoadsTheVariant()
    {
        var variant = fixture.Variant(fixture.AddModel());

        var reply = await variant.ClassifyAsync();

        Assert.Equal(ClassifyOutcome.Ok, reply.Outcome);
        var status = await variant.GetStatus();
        Assert.Equal(VariantState.Ready, status.State);
        Assert.True(status.LoadTime > TimeSpan.Zero);
        Assert.True(status.SessionBytes > 0);
    }

    [Fact]
    public async Task Classify_ManyAtFirstUse_ShareOneLoad()
    {
        // Loading takes long enough for all of them to arrive meanwhile.
        var model = fixture.AddModel(VariantCalls.Slow);
        var variant = fixture.Variant(model);
        using var loads = new LoadCounter(model);

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => variant.ClassifyAsync()));

        Assert.All(replies, reply => Assert.Equal(ClassifyOutcome.Ok, reply.Outcome));
        Assert.Equal(1, loads.Count);
    }

    [Fact]
    public async Task Classify_BudgetEndsWhileLoading_SaysSoAndWhenToRetry()
    {
        var variant = fixture.Variant(fixture.AddModel(VariantCalls.Slow));

        var reply = await variant.ClassifyAsync(budget: TimeSpan.FromMilliseconds(1));

        Assert.Equal(ClassifyOutcome.Loading, reply.Outcome);
        Assert.True(reply.RetryAfter > TimeSpan.Zero);
        await variant.UntilAsync("the load went on", status => status.State == VariantState.Ready);
    }

    [Fact]
    public async Task Load_Absent_IsReadyBeforeAnyRequest()
    {
        var variant = fixture.Variant(fixture.AddModel());

        var status = await variant.LoadAsync();

        Assert.Equal(VariantState.Ready, status.State);
        Assert.Empty(status.Statistics.Requests);
    }

    [Fact]
    public async Task Load_FileUnchanged_KeepsTheSession()
    {
        var model = fixture.AddModel();
        var variant = fixture.Variant(model);
        await variant.LoadAsync();
        using var loads = new LoadCounter(model);

        await variant.LoadAsync();

        Assert.Equal(0, loads.Count);
    }

    [Fact]
    public async Task Load_FileReplaced_ServesTheNewOneAndDisposesTheOldSession()
    {
        var model = fixture.AddModel();
        var variant = fixture.Variant(model);
        var before = await variant.ClassifyAsync();
        var oldSession = await Sessions.OfAsync(fixture.Cluster.Hosts, model);

        // The new file ends in a softmax of its own, which model.json knows nothing of, so its probabilities lie closer together.
        fixture.Repository.AddVariant(model, "original", new TinyModel { Output = ModelOutput.Probabilities });
        var status = await variant.LoadAsync();

        Assert.Equal(VariantState.Ready, status.State);
        var after = await variant.ClassifyAsync();
        Assert.InRange(before.Predictions[0].Probability, 0.9f, 1);
        Assert.InRange(after.Predictions[0].Probability, 0.2f, 0.5f);
        Assert.True(Sessions.IsDisposed(oldSession));
        Assert.False(Sessions.IsDisposed(await Sessions.OfAsync(fixture.Cluster.Hosts, model)));
    }

    [Fact]
    public async Task Load_FileReplacedByACorruptOne_ServesOnWithTheOldSession()
    {
        var model = fixture.AddModel();
        var variant = fixture.Variant(model);
        await variant.LoadAsync();

        fixture.Repository.AddCorrupt(model, "original");
        var status = await variant.LoadAsync();

        Assert.Contains("ONNX Runtime refuses the file", status.Reason, StringComparison.Ordinal);
        Assert.Equal(VariantState.Ready, status.State);
        Assert.Equal(ClassifyOutcome.Ok, (await variant.ClassifyAsync()).Outcome);
    }

    [Fact]
    public async Task Unload_Ready_DisposesTheSessionAndTheNextRequestLoadsAgain()
    {
        var model = fixture.AddModel();
        var variant = fixture.Variant(model);
        await variant.LoadAsync();
        var session = await Sessions.OfAsync(fixture.Cluster.Hosts, model);

        var status = await variant.Unload();

        Assert.Equal(VariantState.Absent, status.State);
        Assert.Null(status.SessionBytes);
        Assert.True(Sessions.IsDisposed(session));
        Assert.Equal(ClassifyOutcome.Ok, (await variant.ClassifyAsync()).Outcome);
    }

    [Fact]
    public async Task Unload_RequestsAccepted_LetsThemFinish()
    {
        var variant = fixture.Variant(fixture.AddModel(VariantCalls.Slow));
        await variant.LoadAsync();
        var accepted = Enumerable.Range(0, 4).Select(_ => variant.ClassifyAsync()).ToList();
        await variant.UntilAsync("one runs and three wait", status => status.Waiting == 3);

        var status = await variant.Unload();

        Assert.Equal(VariantState.Absent, status.State);
        Assert.All(await Task.WhenAll(accepted), reply => Assert.Equal(ClassifyOutcome.Ok, reply.Outcome));
    }

    [Fact]
    public async Task Unload_NotLoaded_ChangesNothing()
    {
        var variant = fixture.Variant(fixture.AddModel());

        var status = await variant.Unload();

        Assert.Equal(VariantState.Absent, status.State);
    }
}
