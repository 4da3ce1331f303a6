using System.Diagnostics.Metrics;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;
using Lineup.Inference.Admission;
using Lineup.Inference.Imaging;
using Lineup.Inference.Lanes;
using Lineup.Inference.Serving;
using Lineup.ModelRepository.Storage;
using Lineup.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Reported = Lineup.GrainInterfaces.Variants.VariantState;
using Served = Lineup.Inference.Serving.VariantState;

namespace Lineup.Grains.Tests.Variants;

/// <summary>When sessions go. These tests end or starve silos, so each has its own.</summary>
[Collection(ClusterFixture.Name)]
public sealed class SessionLifetimeTests : IDisposable
{
    private readonly TestRepository _repository = new TestRepository().AddModel("tiny");

    [Fact]
    public async Task Variant_IdleForLongEnough_UnloadsAndComesBackOnUse()
    {
        await using var cluster = await TestCluster.StartAsync(_repository, settings: ("Lineup:Serving:IdleUnloadAfter", "00:00:01"));
        var variant = cluster.Grains.GetGrain<IModelVariantGrain>("tiny/original#1");
        await variant.ClassifyAsync();
        var session = await Sessions.OfAsync(cluster.Hosts, "tiny");

        await variant.UntilAsync("it is unloaded", status => status.State == Reported.Absent);

        Assert.True(Sessions.IsDisposed(session));
        Assert.Equal(ClassifyOutcome.Ok, (await variant.ClassifyAsync()).Outcome);
    }

    [Fact]
    public async Task Silo_Killed_DisposesItsSessions()
    {
        await using var cluster = await TestCluster.StartAsync(_repository);
        var variant = cluster.Grains.GetGrain<IModelVariantGrain>("tiny/original#1");
        var status = await variant.LoadAsync();
        var session = await Sessions.OfAsync(cluster.Hosts, "tiny");

        await cluster.EndSiloAsync(status.Silo, gracefully: false);

        Assert.True(Sessions.IsDisposed(session));
    }

    [Fact]
    public async Task Silo_StoppedInOrder_ItsVariantsAreServedByAnother()
    {
        await using var cluster = await TestCluster.StartAsync(_repository, silos: 2);
        var variant = cluster.Grains.GetGrain<IModelVariantGrain>("tiny/original#1");
        var before = await variant.ClassifyAsync();

        await cluster.EndSiloAsync(before.Silo, gracefully: true);

        var after = await variant.ClassifyAsync();
        Assert.Equal(ClassifyOutcome.Ok, after.Outcome);
        Assert.NotEqual(before.Silo, after.Silo);
    }

    [Fact]
    public async Task Dispose_VariantsStillRented_DisposesEverySessionOnce()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var hosts = CreateHosts(services);
        var host = hosts.Rent("tiny", "original");
        await host.LoadAsync(TestContext.Current.CancellationToken);
        var session = Sessions.Of(host);

        hosts.Dispose();

        hosts.Dispose();
        Assert.True(Sessions.IsDisposed(session));
        Assert.Equal(Served.Absent, host.Snapshot().State);
        Assert.Throws<ObjectDisposedException>(() => hosts.Rent("tiny", "original"));
        await hosts.ReturnAsync(host);
    }

    [Fact]
    public async Task Dispose_RequestsWaiting_AnswersThemAll()
    {
        _repository.AddModel("slow", VariantCalls.Slow);
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var hosts = CreateHosts(services);
        var host = hosts.Rent("slow", "original");
        await host.LoadAsync(TestContext.Current.CancellationToken);
        var session = Sessions.Of(host);
        var calls = Enumerable.Range(0, 4)
            .Select(_ => host.ClassifyAsync(new(VariantCalls.Red, 1, VariantCalls.Ample), CancellationToken.None))
            .ToList();
        await Poll.UntilAsync("one runs and three wait", () => Task.FromResult(host.Snapshot()), now => now.Waiting == 3);

        hosts.Dispose();

        var outcomes = await Task.WhenAll(calls).WaitAsync(VariantCalls.Ample, TestContext.Current.CancellationToken);
        Assert.Equal([ClassificationStatus.Ok, .. Enumerable.Repeat(ClassificationStatus.NotReady, 3)], outcomes.Select(outcome => outcome.Status).Order());
        await Poll.UntilAsync("the session is disposed", () => Task.FromResult(Sessions.IsDisposed(session)), disposed => disposed);
    }

    public void Dispose() => _repository.Dispose();

    private VariantHosts CreateHosts(IServiceProvider services) => new(
        new ModelStore(_repository.Root), new LaneOptions { Count = 1 }, new AdmissionOptions(), new ImageOptions(), new ServingOptions(),
        new InferenceMetrics(services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger<VariantHosts>.Instance);
}
