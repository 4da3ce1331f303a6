using Lineup.GrainInterfaces;
using Lineup.Grains.Placement;

namespace Lineup.Grains.Tests.Placement;

public sealed class SiloChooserTests
{
    private const long Session = 100;

    private static readonly ModelVariantId Net = new("net", "int8");

    [Fact]
    public void Choose_OneIsLeaving_TakesAnother() =>
        Assert.Equal("b", Chosen(new("a") { IsLeaving = true }, new("b") { Load = 1, OtherReplicas = 1, HasSession = true }));

    [Fact]
    public void Choose_OneHasNoRoomForTheSession_TakesAnotherThoughItIsBusier() =>
        Assert.Equal("b", Chosen(new("a") { FreeBytes = Session - 1 }, new("b") { FreeBytes = Session, Load = 1 }));

    [Fact]
    public void Choose_OneHasAnotherReplica_TakesAnotherThoughItIsBusier() =>
        Assert.Equal("b", Chosen(new("a") { OtherReplicas = 1, HasSession = true }, new("b") { Load = 1 }));

    [Fact]
    public void Choose_OnlyTheOneWithAReplicaHasRoom_SharesItsSession() =>
        Assert.Equal("b", Chosen(new("a") { FreeBytes = 0 }, new("b") { FreeBytes = 0, OtherReplicas = 1, HasSession = true }));

    [Fact]
    public void Choose_AllHaveReplicas_TakesTheOneWithFewest() =>
        Assert.Equal("b", Chosen(new("a") { OtherReplicas = 2 }, new("b") { OtherReplicas = 1 }, new("c") { OtherReplicas = 2 }));

    [Fact]
    public void Choose_LoadsDiffer_TakesTheLeastLoaded() =>
        Assert.Equal("b", Chosen(new("a") { Load = 0.9 }, new("b") { Load = 0.1 }, new("c") { Load = 0.6 }));

    [Fact]
    public void Choose_NobodyIsFit_StillTakesOne() =>
        Assert.Equal("a", Chosen(new SiloCandidate("a") { IsLeaving = true, FreeBytes = 0, OtherReplicas = 3, Load = 1 }));

    [Fact]
    public void Choose_NothingIsKnown_PartsReplicasAndStaysAtThatWhateverTheOrder()
    {
        SiloCandidate[] silos = [new("a"), new("b"), new("c")];

        var forward = Enumerable.Range(1, 3).Select(number => silos[SiloChooser.Choose(new(Net, number), silos, Session)].Name).ToList();
        SiloCandidate[] turned = [.. silos.Reverse()];
        var backward = Enumerable.Range(1, 3).Select(number => turned[SiloChooser.Choose(new(Net, number), turned, Session)].Name).ToList();

        Assert.Equal(["a", "b", "c"], forward.Order());
        Assert.Equal(forward, backward);
    }

    [Fact]
    public void Choose_ASiloGoes_MovesOnlyWhatWasThere()
    {
        SiloCandidate[] silos = [.. "abcdefgh".Select(name => new SiloCandidate(name.ToString()))];
        var replicas = Enumerable.Range(0, 1000).Select(i => VariantReplicaId.First(new($"net-{i}", "int8"))).ToList();
        var before = replicas.ToDictionary(replica => replica, replica => silos[SiloChooser.Choose(replica, silos, Session)].Name);

        SiloCandidate[] left = silos[..^1];
        var moved = replicas.Count(replica => left[SiloChooser.Choose(replica, left, Session)].Name != before[replica]);

        // An eighth lay there, and every silo had about as many: 125 +- 5 standard deviations.
        Assert.Equal(before.Values.Count(name => name == "h"), moved);
        Assert.All(before.Values.CountBy(name => name), silo => Assert.InRange(silo.Value, 73, 177));
    }

    private static string Chosen(params SiloCandidate[] candidates) => candidates[SiloChooser.Choose(VariantReplicaId.First(Net), candidates, Session)].Name;
}
