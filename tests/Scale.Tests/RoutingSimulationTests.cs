using Lineup.Scale.Simulation;

namespace Lineup.Scale.Tests;

public sealed class RoutingSimulationTests
{
    [Fact]
    public void Run_OneSiloAndLane_WaitsAsTheoryHasIt()
    {
        var waits = Run(silos: 1, Choice.Random, lanes: 1, pictures: 400_000);

        // M/M/1: the mean wait is rho / (1 - rho) service times, and rho of all wait at all.
        Assert.Equal(4, waits.Average(), 0.3);
        Assert.Equal(0.8, waits.Count(wait => wait > 1e-9) / (double)waits.Count, 0.02);
    }

    [Fact]
    public void Run_AllPictures_AreServedOnce()
    {
        foreach (var choice in Enum.GetValues<Choice>())
            Assert.Equal(9_000, Run(silos: 5, choice, lanes: 2, pictures: 10_000).Count);
    }

    [Fact]
    public void Run_BetterOfTwo_WaitsLessThanAnyAndThanTheOldTable()
    {
        var any = Quantile(Run(silos: 50, Choice.Random, lanes: 4));
        var better = Quantile(Run(silos: 50, Choice.BetterOfTwo, lanes: 4));
        var table = Quantile(Run(silos: 50, Choice.LeastInTable, lanes: 4));

        Assert.True(better < any / 2, $"{better} and {any}");
        Assert.True(better < table / 10, $"{better} and {table}");
    }

    [Fact]
    public void Run_TheSameSeed_IsTheSame() =>
        Assert.Equal(Run(silos: 4, Choice.BetterOfTwo, lanes: 2, pictures: 5000), Run(silos: 4, Choice.BetterOfTwo, lanes: 2, pictures: 5000));

    private static IReadOnlyList<double> Run(int silos, Choice choice, int lanes, int pictures = 100_000) => new RoutingSimulation
    {
        Silos = silos,
        Frontends = 3,
        Choice = choice,
        Lanes = lanes,
        ServiceSeconds = 1,
        TravelSeconds = 0.05,
        TableSeconds = 100,
        Pictures = pictures,
    }.Run();

    private static double Quantile(IReadOnlyList<double> sorted) => sorted[(int)(sorted.Count * 0.99)];
}
