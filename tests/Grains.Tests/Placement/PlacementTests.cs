using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Loads;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Loads;
using Lineup.Grains.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Placement;

/// <summary>Replicas on a cluster of three silos.</summary>
public sealed class PlacementTests : IAsyncLifetime
{
    private readonly TestRepository _repository = new();
    private TestCluster? _cluster;

    [Fact]
    public async Task Load_ThreeReplicas_AreOnThreeSilosAndReported()
    {
        var cluster = await StartAsync(_ => []);

        // At the same time, so that none can be known by a report when the next is placed.
        var statuses = await Task.WhenAll(Enumerable.Range(1, 3).Select(number => Replica(cluster, "net-0", number).LoadAsync()));

        Assert.All(statuses, status => Assert.Equal(VariantState.Ready, status.State));
        Assert.Equal(3, statuses.Select(status => status.Silo).Distinct().Count());
        var loads = await HeardAsync(cluster, "all three replicas", loads => loads.Silos.Sum(silo => silo.Replicas.Count) == 3);
        Assert.All(loads.Silos, silo => Assert.Equal((1, VariantState.Ready), (silo.Lanes, Assert.Single(silo.Replicas).State)));
    }

    [Fact]
    public async Task Load_ASiloHasNoMemoryLeft_ItIsAvoided()
    {
        // A byte is less than any process takes.
        var cluster = await StartAsync(silo => silo == 1 ? [("Lineup:Load:MemoryBytes", "1")] : []);
        var full = cluster.NameOf(1);
        await HeardAsync(cluster, "that one is full", loads => loads.Silos.Single(silo => silo.Silo == full).FreeBytes == 0);

        var silos = await LoadTwelveAsync(cluster);

        Assert.DoesNotContain(full, silos);
        Assert.Equal(2, silos.Distinct().Count());
    }

    [Fact]
    public async Task Load_ASiloIsLeaving_ItIsAvoided()
    {
        var cluster = await StartAsync(_ => []);
        var leaving = cluster.NameOf(2);
        cluster.Service<SiloDeparture>(2).Begin();
        await HeardAsync(cluster, "that one is leaving", loads => loads.Silos.Single(silo => silo.Silo == leaving).IsLeaving);

        var silos = await LoadTwelveAsync(cluster);

        Assert.DoesNotContain(leaving, silos);
        Assert.Equal(2, silos.Distinct().Count());
    }

    [Fact]
    public async Task Classify_OnALeavingSilo_AnswersAndSaysThatItIs()
    {
        var cluster = await StartAsync(_ => []);
        var replica = Replica(cluster, "net-0", 1);
        var silo = (await replica.LoadAsync()).Silo;
        cluster.Service<SiloDeparture>(Enumerable.Range(0, 3).Single(number => cluster.NameOf(number) == silo)).Begin();

        var reply = await replica.ClassifyAsync();

        Assert.Equal((ClassifyOutcome.Ok, true, silo), (reply.Outcome, reply.Load.IsLeaving, reply.Silo));
    }

    [Fact]
    public async Task Report_RequestsToAReplica_AreToldPerSecond()
    {
        var cluster = await StartAsync(_ => []);
        var replica = Replica(cluster, "net-0", 1);

        var seen = await HeardAsync(cluster, "requests", loads => loads.Silos.SelectMany(silo => silo.Replicas).Any(known => known.RequestsPerSecond > 0), () => replica.ClassifyAsync());

        Assert.Equal(VariantReplicaId.First(new("net-0", "original")), seen.Silos.SelectMany(silo => silo.Replicas).Single().Id);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _repository.Dispose();
    }

    private async Task<TestCluster> StartAsync(Func<int, (string Key, string Value)[]> settings)
    {
        for (var i = 0; i < 12; i++)
            _repository.AddModel($"net-{i}");
        return _cluster = await TestCluster.StartAsync(_repository, 3, settings);
    }

    private static IModelVariantGrain Replica(TestCluster cluster, string model, int number) =>
        cluster.Grains.GetGrain<IModelVariantGrain>($"{model}/original#{number}");

    private static async Task<string[]> LoadTwelveAsync(TestCluster cluster) =>
        [.. (await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Replica(cluster, $"net-{i}", 1).LoadAsync()))).Select(status => status.Silo)];

    /// <summary>Until every silo knows, since any of them may be the one that places.</summary>
    private static async Task<ClusterLoads> HeardAsync(TestCluster cluster, string what, Func<ClusterLoads, bool> isAsWanted, Func<Task>? meanwhile = null)
    {
        var heard = await Poll.UntilAsync(
            $"all silos heard {what}",
            async () =>
            {
                await (meanwhile?.Invoke() ?? Task.CompletedTask);
                return Enumerable.Range(0, 3).Select(silo => cluster.Service<SiloLoads>(silo).Latest).ToArray();
            },
            loads => loads.All(known => known.Silos.Count == 3 && isAsWanted(known)));
        return heard[0];
    }
}
