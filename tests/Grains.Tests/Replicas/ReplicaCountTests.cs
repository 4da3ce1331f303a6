using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;
using Lineup.TestSupport;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Lineup.Grains.Tests.Replicas;

/// <summary>Numbers and places of replicas on a cluster of three silos.</summary>
public sealed class ReplicaCountTests : IAsyncLifetime
{
    private readonly TestRepository _repository = new();
    private TestCluster? _cluster;

    private IVariantReplicasGrain Variant => _cluster!.Grains.GetGrain<IVariantReplicasGrain>("net/original");

    [Fact]
    public async Task SetCount_VariantInMemory_LoadsNewReplicasOnOtherSilosBeforeItTellsOfThem()
    {
        await StartAsync();
        await Replica(1).LoadAsync();

        await Variant.SetCount(3);
        await PublishedAsync(3);

        var status = await Variant.GetStatus();
        Assert.Equal((3, false, 3), (status.Plan!.Wanted, status.Plan.IsAutomatic, status.Replicas.Count));
        Assert.All(status.Replicas, replica => Assert.Equal(VariantState.Ready, replica.State));
        Assert.Equal(3, status.Replicas.Select(replica => replica.Silo).Distinct().Count());
    }

    [Fact]
    public async Task SetCount_VariantNotInMemory_LoadsNothing()
    {
        await StartAsync();

        await Variant.SetCount(2);
        await PublishedAsync(2);

        Assert.All((await Variant.GetStatus()).Replicas, replica => Assert.Equal(VariantState.Absent, replica.State));
    }

    [Fact]
    public async Task SetCount_MoreThanSilos_IsAsManyAsSilosAndSaysWhy()
    {
        await StartAsync();

        await Variant.SetCount(7);
        await PublishedAsync(3);

        var plan = (await Variant.GetStatus()).Plan!;
        Assert.Equal((7, 3, "set by hand; 3 of 7, since no more silos can take one"), (plan.Wanted, plan.Most, plan.Reason));
    }

    [Fact]
    public async Task SetCount_NoNumberOfReplicas_Throws()
    {
        await StartAsync(silos: 1);

        foreach (var count in (int[])[0, -1, 10_000])
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Variant.SetCount(count));
    }

    [Fact]
    public async Task SetCount_LessUnderLoad_LosesNoRequestAndNoStatistics()
    {
        await StartAsync();
        await Replica(1).LoadAsync();
        await Variant.SetCount(3);
        await PublishedAsync(3);
        using var enough = new CancellationTokenSource();

        // As a frontend does: it goes by the set it knows, and asks again when that is no longer valid.
        var callers = Enumerable.Range(0, 4).Select(caller => CallAsync(caller, enough.Token)).ToList();
        await Poll.UntilAsync("all replicas have served", Variant.GetStatus, status => status.Statistics.Total.Count > 30);
        await Variant.SetCount(1);
        await PublishedAsync(1);
        await Poll.UntilAsync("the others are gone", () => Task.FromResult((Second: _cluster!.IsActive(Replica(2)), Third: _cluster.IsActive(Replica(3)))), active => active is (false, false));
        await enough.CancelAsync();
        var outcomes = (await Task.WhenAll(callers)).SelectMany(sent => sent).ToList();

        Assert.All(outcomes, outcome => Assert.Equal(ClassifyOutcome.Ok, outcome));
        var status = await Variant.GetStatus();
        Assert.Single(status.Replicas);
        Assert.Equal((outcomes.Count, outcomes.Count), (status.Statistics.Requests[ClassifyOutcome.Ok], status.Statistics.Total.Count));
    }

    [Fact]
    public async Task SetCount_LessAndMoreAgain_KeepsVersionsApart()
    {
        await StartAsync();
        var versions = new List<long> { (await Variant.GetReplicas()).Version };
        foreach (var count in (int[])[2, 1, 2])
        {
            await Variant.SetCount(count);
            versions.Add((await PublishedAsync(count)).Version);
        }

        Assert.Equal(versions.Distinct().Order(), versions);
    }

    [Fact]
    public async Task LookAfter_ASiloJoinsAndGoes_TakesAReplicaThatOthersServeOn()
    {
        await StartAsync(silos: 1);
        await Replica(1).LoadAsync();
        await Variant.SetCount(3);
        await Poll.UntilAsync("one is all that one silo can take", Variant.GetStatus, status => status.Plan is { Most: 1, Wanted: 3 } && status.Replicas.Count == 1);

        await _cluster!.StartSiloAsync();
        await PublishedAsync(2);
        var status = await Variant.GetStatus();
        await _cluster.EndSiloAsync(status.Replicas[1].Silo, gracefully: true);
        var reply = await Replica(2).ClassifyAsync();

        Assert.All(status.Replicas, replica => Assert.Equal(VariantState.Ready, replica.State));
        Assert.NotEqual(status.Replicas[0].Silo, status.Replicas[1].Silo);
        Assert.Equal((ClassifyOutcome.Ok, status.Replicas[0].Silo), (reply.Outcome, reply.Silo));
    }

    [Fact]
    public async Task LookAfter_TwoReplicasOnOneSilo_MovesOneWithItsStatistics()
    {
        await StartAsync();
        await Variant.SetCount(2);
        await PublishedAsync(2);
        var first = (await Replica(1).ClassifyAsync()).Silo;
        RequestContext.Set(IPlacementDirector.PlacementHintKey, _cluster!.AddressOf(first));
        var second = (await Replica(2).ClassifyAsync()).Silo;
        RequestContext.Clear();
        Assert.Equal(first, second);

        var status = await Poll.UntilAsync(
            "they are on two silos", Variant.GetStatus, status => status.Replicas.Select(replica => replica.Silo).Distinct().Count() == 2);

        Assert.Equal((first, 2), (status.Replicas[0].Silo, status.Statistics.Total.Count));
        await Replica(2).UntilAsync("it is in memory again before anybody asks", replica => replica.State == VariantState.Ready);
    }

    public ValueTask InitializeAsync()
    {
        _repository.AddModel("net");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _repository.Dispose();
    }

    private async Task StartAsync(short silos = 3) => _cluster = await TestCluster.StartAsync(_repository, silos);

    private IModelVariantGrain Replica(int number) => _cluster!.Grains.GetGrain<IModelVariantGrain>(new VariantReplicaId(new("net", "original"), number).ToString());

    private Task<ReplicaSet> PublishedAsync(int count) =>
        Poll.UntilAsync($"{count} replicas are published", Variant.GetReplicas, set => set.Numbers.Count == count);

    private async Task<List<ClassifyOutcome>> CallAsync(int caller, CancellationToken enough)
    {
        var outcomes = new List<ClassifyOutcome>();
        while (!enough.IsCancellationRequested)
        {
            var set = await Variant.GetReplicas();
            var until = TimeProvider.System.GetUtcNow() + set.ValidFor;
            while (TimeProvider.System.GetUtcNow() < until && !enough.IsCancellationRequested)
                outcomes.Add((await Replica(set.Numbers[(caller + outcomes.Count) % set.Numbers.Count]).ClassifyAsync()).Outcome);
        }

        return outcomes;
    }
}
