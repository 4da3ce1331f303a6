using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Loads;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Replicas;

namespace Lineup.Grains.Tests.Replicas;

public sealed class ReplicaPlannerTests
{
    private static readonly ModelVariantId Net = new("net", "int8");

    private readonly ReplicaPlanner _planner = new(new() { Automatic = true });

    [Fact]
    public void Look_SetByHand_IsThatManyAsFarAsSilosGo()
    {
        var (plan, next) = _planner.Look(TimeSpan.Zero, 1, byHand: 5, View(3));

        Assert.Equal((5, 3, 3, false), (plan.Wanted, plan.Most, next, plan.IsAutomatic));
        Assert.Equal("set by hand; 3 of 5, since no more silos can take one", plan.Reason);
    }

    [Fact]
    public void Look_MoreThanTheMostThatMayBe_IsTheMostAndSaysSo()
    {
        var (plan, next) = new ReplicaPlanner(new() { Max = 2 }).Look(TimeSpan.Zero, 1, byHand: 3, View(3));

        Assert.Equal((2, "set by hand; 2 of 3, since Lineup:Replicas:Max allows no more"), (next, plan.Reason));
    }

    [Fact]
    public void Look_NothingIsKnownOfSilos_KeepsWhatThereIs() => Assert.Equal(3, _planner.Look(TimeSpan.Zero, 3, byHand: 3, View(0)).Next);

    [Fact]
    public void Look_ASiloIsMissing_KeepsItsReplicaUntilItWillNotBeBackAtOnce()
    {
        Assert.Equal(3, _planner.Look(TimeSpan.Zero, 3, byHand: 3, View(2)).Next);
        Assert.Equal(3, _planner.Look(TimeSpan.FromSeconds(29), 3, byHand: 3, View(2)).Next);

        Assert.Equal(2, _planner.Look(TimeSpan.FromSeconds(30), 3, byHand: 3, View(2)).Next);
    }

    [Fact]
    public void Look_ASiloCameBackInBetween_StartsCountingAgain()
    {
        _planner.Look(TimeSpan.Zero, 3, byHand: 3, View(2));
        _planner.Look(TimeSpan.FromSeconds(20), 3, byHand: 3, View(3));

        Assert.Equal(3, _planner.Look(TimeSpan.FromSeconds(40), 3, byHand: 3, View(2)).Next);
    }

    [Fact]
    public void Look_LessByHand_IsLessAtOnce() => Assert.Equal(1, _planner.Look(TimeSpan.Zero, 3, byHand: 1, View(2)).Next);

    [Fact]
    public void Look_NeitherByHandNorAutomatic_IsOne() =>
        Assert.Equal(1, new ReplicaPlanner(new() { Automatic = false }).Look(TimeSpan.Zero, 3, byHand: null, View(3)).Next);

    [Fact]
    public void Look_AutomaticAndOverloaded_IsMore()
    {
        var (plan, next) = _planner.Look(TimeSpan.Zero, 1, byHand: null, View(3, TimeSpan.FromSeconds(2), new VariantReplicaId(Net, 1)));

        Assert.Equal((2, 2, true), (plan.Wanted, next, plan.IsAutomatic));
    }

    [Fact]
    public void Crowded_TwoOnOneSiloAndOneWithNone_NamesTheLaterOne() =>
        Assert.Equal(2, new ReplicaView(Net, Loads(Silo("a", default, new(Net, 1), new(Net, 2)), Silo("b", default))).Crowded(count: 2));

    [Fact]
    public void Crowded_NoSiloWithoutOne_IsNull() =>
        Assert.Null(new ReplicaView(Net, Loads(Silo("a", default, new(Net, 1), new(Net, 2)), Silo("b", default, new VariantReplicaId(Net, 3)))).Crowded(count: 3));

    [Fact]
    public void Crowded_TheOtherSiloHasNoRoomOrIsLeaving_IsNull()
    {
        var crowded = Silo("a", default, new(Net, 1), new(Net, 2));

        Assert.Null(new ReplicaView(Net, Loads(crowded, Silo("b", default) with { FreeBytes = 8 })).Crowded(count: 2));
        Assert.Null(new ReplicaView(Net, Loads(crowded, Silo("b", default) with { IsLeaving = true })).Crowded(count: 2));
    }

    [Fact]
    public void Crowded_TheSecondIsNoLongerPublished_IsNull() =>
        Assert.Null(new ReplicaView(Net, Loads(Silo("a", default, new(Net, 1), new(Net, 2)), Silo("b", default))).Crowded(count: 1));

    [Fact]
    public void Beyond_MoreAreHostedThanPublished_NamesThem() =>
        Assert.Equal([2, 3], new ReplicaView(Net, Loads(Silo("a", default, new(Net, 1), new(Net, 3)), Silo("b", default, new VariantReplicaId(Net, 2)))).Beyond(1));

    [Fact]
    public void Sample_TwoOnOneSilo_CountsItsQueueOnceAndAllRequests()
    {
        var view = new ReplicaView(Net, Loads(
            Silo("a", TimeSpan.FromSeconds(2), new(Net, 1), new(Net, 2)), Silo("b", TimeSpan.FromSeconds(1), new VariantReplicaId(Net, 3))));

        // 3 x 50 requests a second of 10 ms.
        Assert.Equal(new(3, 2, TimeSpan.FromSeconds(1.5), 1.5, 2), view.Sample(3, 2));
    }

    private static ReplicaView View(int silos, TimeSpan wait = default, params VariantReplicaId[] onFirst) =>
        new(Net, Loads([.. Enumerable.Range(0, silos).Select(i => Silo($"silo-{i}", wait, i == 0 ? onFirst : []))]));

    private static ClusterLoads Loads(params SiloReport[] silos) => new() { Silos = silos, Interval = TimeSpan.FromSeconds(1) };

    private static SiloReport Silo(string name, TimeSpan wait, params VariantReplicaId[] replicas) => new()
    {
        Silo = name,
        Address = name,
        Lanes = 2,
        BusyLanes = 0,
        FreeBytes = 1000,
        Replicas = [.. replicas.Select(id => new ReplicaReport(id, VariantState.Ready, 0, wait, 50, 9, TimeSpan.FromMilliseconds(10)))],
    };
}
