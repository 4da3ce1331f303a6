using Lineup.Grains.Replicas;

namespace Lineup.Grains.Tests.Replicas;

public sealed class ReplicaScalerTests
{
    private const int Minute = 60;
    private const int Hour = 60 * Minute;

    private static readonly ReplicaOptions Defaults = new();

    public static TheoryData<double> Loads => [.. Enumerable.Range(1, 38).Select(i => i * 0.2)];

    [Theory]
    [MemberData(nameof(Loads))]
    public void Look_SteadyLoad_ComesToRestWithEnoughAndNotManyMore(double busyReplicas)
    {
        var simulation = new LoadSimulation(Defaults);

        simulation.Run(10 * Minute, _ => busyReplicas);
        var settled = simulation.Changes.Count;
        simulation.Run(4 * Hour, _ => busyReplicas);

        // Whatever the load: no change in four hours, short waits, and no more replicas than what would be half idle with one less.
        Assert.Equal(settled, simulation.Changes.Count);
        Assert.InRange(simulation.WaitSeconds, 0, Defaults.TargetWait.TotalSeconds);
        Assert.InRange(simulation.Replicas, Math.Ceiling(busyReplicas), Math.Ceiling(busyReplicas / 0.5) + 1);
    }

    [Fact]
    public void Look_LoadTriples_IsServedWithinHalfAMinute()
    {
        var simulation = new LoadSimulation(Defaults);
        simulation.Run(5 * Minute, _ => 0.8);
        Assert.Equal(1, simulation.Replicas);

        simulation.Run(60, _ => 2.4);

        Assert.InRange(simulation.Changes.Last().Second - (5 * Minute), 0, 30);
        Assert.InRange(simulation.WaitSeconds, 0, Defaults.TargetWait.TotalSeconds);
        Assert.InRange(simulation.Replicas, 3, 5);
    }

    [Fact]
    public void Look_LoadGoes_GivesReplicasBackOneAfterTheOtherDownToOne()
    {
        var simulation = new LoadSimulation(Defaults);
        simulation.Run(10 * Minute, _ => 3.5);
        var most = simulation.Replicas;

        simulation.Run(Hour, _ => 0);

        var down = simulation.Changes.Where(change => change.Second >= 10 * Minute).ToList();
        Assert.Equal(Enumerable.Range(1, most - 1).Reverse(), down.Select(change => change.Replicas));
        Assert.All(down.Zip(down.Skip(1)), pair => Assert.True(pair.Second.Second - pair.First.Second >= Defaults.ScaleDownAfter.TotalSeconds));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Look_DaysOfRisingAndFallingLoad_FollowsWithoutFlapping(int seed)
    {
        var simulation = new LoadSimulation(Defaults, seed);

        // Between a fifth of a replica and four and a half, four times a day, for two days.
        simulation.Run(48 * Hour, second => 2.35 - (2.15 * Math.Cos(second * 2 * Math.PI / (6 * Hour))));

        // A period goes up to six or so and down again: more than 2 x 6 changes would be going back and forth.
        Assert.InRange(simulation.Changes.Count / 8.0, 4, 12);
        Assert.All(simulation.Changes.Zip(simulation.Changes.Skip(1)), pair => Assert.True(
            pair.Second.Replicas > pair.First.Replicas || pair.Second.Second - pair.First.Second >= Defaults.ScaleDownAfter.TotalSeconds));
    }

    [Fact]
    public void Look_BurstEveryTenMinutes_DoesNotFollowEachOfThem()
    {
        var simulation = new LoadSimulation(Defaults);
        simulation.Run(Hour, second => second % (10 * Minute) < 20 ? 3 : 0.7);
        var settled = simulation.Changes.Count;

        simulation.Run(4 * Hour, second => second % (10 * Minute) < 20 ? 3 : 0.7);

        // 24 bursts: at most one step up and one down for each, and not a flutter within one.
        Assert.InRange(simulation.Changes.Count - settled, 0, 48);
        Assert.DoesNotContain(simulation.Changes.Zip(simulation.Changes.Skip(1)), pair =>
            pair.Second.Replicas < pair.First.Replicas && pair.Second.Second - pair.First.Second < Defaults.ScaleDownAfter.TotalSeconds);
    }

    [Fact]
    public void Look_AsManyAsSilosCanTake_SaysThatNoMoreCan()
    {
        var scaler = new ReplicaScaler(Defaults);

        var decision = scaler.Look(TimeSpan.Zero, new(2, 2, TimeSpan.FromSeconds(1), 8, 2));

        Assert.Equal((2, true), (decision.Wanted, decision.Reason.Contains("pictures wait 1000 ms, and should 100 ms at most, but no silo can take one more", StringComparison.Ordinal)));
    }

    [Fact]
    public void Look_GreatOverload_AtMostQuadruples()
    {
        var scaler = new ReplicaScaler(Defaults);

        Assert.Equal(8, scaler.Look(TimeSpan.Zero, new(2, 100, TimeSpan.FromSeconds(5), 500, 2)).Wanted);
    }

    [Fact]
    public void Look_JustChanged_DecidesNothingUntilItHasSettled()
    {
        var scaler = new ReplicaScaler(Defaults);
        scaler.Changed(TimeSpan.FromSeconds(100));
        ScalerSample overloaded = new(1, 8, TimeSpan.FromSeconds(5), 2.5, 2);

        Assert.Equal(1, scaler.Look(TimeSpan.FromSeconds(109), overloaded).Wanted);
        Assert.Equal(2, scaler.Look(TimeSpan.FromSeconds(110), overloaded).Wanted);
    }
}
