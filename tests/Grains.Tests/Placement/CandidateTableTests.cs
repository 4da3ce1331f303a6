using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Loads;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Placement;

namespace Lineup.Grains.Tests.Placement;

public sealed class CandidateTableTests
{
    private static readonly ModelVariantId Net = new("net", "int8");
    private static readonly VariantReplicaId First = new(Net, 1);
    private static readonly VariantReplicaId Second = new(Net, 2);
    private static readonly VariantReplicaId Stranger = new(new("other", "original"), 1);

    [Fact]
    public void Of_ReportedSilo_HasItsNameLoadAndMemory()
    {
        var loads = Loads(Report("a") with { Lanes = 4, BusyLanes = 3, FreeBytes = 70, IsLeaving = true });

        var candidate = Assert.Single(CandidateTable.Of(First, [("address-a", "a")], loads, []));

        Assert.Equal(new SiloCandidate("a") { IsLeaving = true, FreeBytes = 70, Load = 0.75 }, candidate);
    }

    [Fact]
    public void Of_SiloThatHasNotReported_IsTakenForFree() =>
        Assert.Equal([new("10.0.0.1:11111")], CandidateTable.Of(First, [("address-a", "10.0.0.1:11111")], ClusterLoads.None, []));

    [Fact]
    public void Of_SiloWithAnotherReplica_CountsItButNotItself()
    {
        var loads = Loads(Report("a", Loaded(First), Loaded(Second), Loaded(Stranger)));

        var candidate = Assert.Single(CandidateTable.Of(Second, [("address-a", "a")], loads, []));

        Assert.Equal((1, true), (candidate.OtherReplicas, candidate.HasSession));
    }

    [Fact]
    public void Of_PlacedButNotReportedYet_CountsAsThere()
    {
        var loads = Loads(Report("a") with { FreeBytes = 100 });
        PlacedReplica[] recent = [new(First, "address-a", 30), new(Stranger, "address-a", 50)];

        var candidate = Assert.Single(CandidateTable.Of(Second, [("address-a", "a")], loads, recent));

        Assert.Equal((1, true, 20L), (candidate.OtherReplicas, candidate.HasSession, candidate.FreeBytes));
    }

    [Fact]
    public void Of_PlacedAndReported_CountsOnce()
    {
        var loads = Loads(Report("a", Loaded(First)) with { FreeBytes = 100 });

        var candidate = Assert.Single(CandidateTable.Of(Second, [("address-a", "a")], loads, [new(First, "address-a", 30)]));

        Assert.Equal((1, 100L), (candidate.OtherReplicas, candidate.FreeBytes));
    }

    [Fact]
    public void Of_MovedAwaySinceTheReport_IsNotThereAnyMore()
    {
        var loads = Loads(Report("a", Loaded(First)));

        var candidates = CandidateTable.Of(Second, [("address-a", "a"), ("address-b", "b")], loads, [new(First, "address-b", 30)]);

        Assert.Equal([0, 1], candidates.Select(candidate => candidate.OtherReplicas));
    }

    [Fact]
    public void SessionBytes_LoadedSomewhere_IsWhatItTakesThere() =>
        Assert.Equal(9, CandidateTable.SessionBytes(Net, Loads(Report("a", Loaded(First))), fileBytes: 1000));

    [Fact]
    public void SessionBytes_LoadedNowhere_GoesByTheFile() =>
        Assert.Equal(3000, CandidateTable.SessionBytes(Net, Loads(Report("a", Loaded(Stranger))), fileBytes: 1000));

    private static ReplicaReport Loaded(VariantReplicaId id) => new(id, VariantState.Ready, 0, TimeSpan.Zero, 0, 9, TimeSpan.Zero);

    private static ClusterLoads Loads(params SiloReport[] silos) => new() { Silos = silos, Interval = TimeSpan.FromSeconds(1) };

    private static SiloReport Report(string silo, params ReplicaReport[] replicas) =>
        new() { Silo = silo, Address = $"address-{silo}", Lanes = 1, BusyLanes = 0, FreeBytes = 1, Replicas = replicas };
}
