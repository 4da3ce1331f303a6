using Lineup.Scale.Simulation;

namespace Lineup.Scale.Tests;

public sealed class DeathWatchTests
{
    private readonly DeathWatch _watch = new();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Simulate_AnyCluster_TakesFromThreeToFourProbesAndTheVotes(int silos)
    {
        var times = _watch.Simulate(silos, 5000, seed: 7);

        Assert.InRange(times[0], 3, 3.5);
        Assert.InRange(times[^1], 3, 4 + (2 * _watch.VoteSeconds) + _watch.GossipSeconds);
    }

    [Fact]
    public void Simulate_TwoMonitorsAndTwoVotes_WaitsForTheLater()
    {
        var times = _watch.Simulate(3, 50_000, seed: 7);

        // The later of two phases that are spread evenly over the interval has a mean of two thirds of it.
        var mean = 3 + (2 / 3d) + _watch.VoteSeconds + _watch.GossipSeconds;
        Assert.Equal(mean, times.Average(), 0.01);
    }

    [Fact]
    public void Simulate_MoreMonitors_IsSooner() =>
        Assert.True(_watch.Simulate(100, 5000, seed: 7).Average() < _watch.Simulate(3, 5000, seed: 7).Average() - 0.3);

    [Fact]
    public void Simulate_TheSameSeed_IsTheSame() => Assert.Equal(_watch.Simulate(10, 100, seed: 3), _watch.Simulate(10, 100, seed: 3));

    [Fact]
    public void Simulate_OneSilo_HasNobodyToNotice() => Assert.Empty(_watch.Simulate(1, 10, seed: 1));
}
