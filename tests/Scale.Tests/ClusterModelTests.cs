using Lineup.Cluster.Topologies;
using Lineup.Scale.Model;

namespace Lineup.Scale.Tests;

public sealed class ClusterModelTests
{
    private const string Store = "store's one thread, table of members";

    private static readonly ClusterCosts Costs = new()
    {
        FrontendPerPicture = 300,
        ForwardPerPicture = 200,
        Probe = 50,
        TableRead = 10,
        TableReadPerSilo = 1,
        TableParsePerSilo = 5,
        TableBytesPerSilo = 500,
        LoadWritePerSilo = 1,
        LoadReadPerSilo = 2,
        LoadBytesPerSilo = 250,
    };

    private static readonly ClusterModel Model = new(new(), Costs);

    [Fact]
    public void At_OneSilo_AsksNothingOfOthers()
    {
        var demands = Model.At(1).ToDictionary(demand => demand.Name, demand => demand.Share);

        Assert.Equal(0, demands["forwarding, of a silo's cores"]);
        Assert.Equal(0, demands["probes, of a silo's cores"]);

        // 8 cores at 60 % and 6.7 ms a picture.
        Assert.Equal(716.4, Model.PicturesPerSecond(1), 0.1);
        Assert.Equal(1, Model.Frontends(1));
        Assert.Equal(716.4 * 94 * 1024 / 1.25e9, demands["network of a silo"], 1e-3);
    }

    [Fact]
    public void At_TwiceTheSilos_TheTableOfMembersCostsFourTimes()
    {
        var ratio = Share(Store, 4000) / Share(Store, 2000);

        Assert.InRange(ratio, 3.9, 4.1);
    }

    [Fact]
    public void At_ManySilos_ReportsOfLoadsAreBounded()
    {
        // 50 reports a second, each answered with the whole table: linear in the silos from 50 on, where it would be quadratic.
        var ratio = Share("network of the silo with the grain of loads", 2000) / Share("network of the silo with the grain of loads", 1000);

        Assert.InRange(ratio, 1.9, 2.1);
    }

    [Fact]
    public void PicturesPerSecond_ManySilos_AreLessenedByForwardingAlone()
    {
        var each = Model.PicturesPerSecond(1000) / 1000;

        Assert.Equal(Model.PicturesPerSecond(1) * 6.7 / (6.7 + 0.2), each, 0.1);
    }

    [Fact]
    public void Reaches_ADemandThatGrows_IsWhereItsShareIsThat()
    {
        var silos = Model.Reaches(Store, 1)!.Value;

        Assert.Equal(1, Share(Store, silos), 0.01);
        Assert.Null(Model.Reaches("network of a frontend", 2));
    }

    [Fact]
    public void Fullest_AnySize_IsTheLargestShare()
    {
        foreach (var silos in (double[])[1, 10, 100, 1000, 1e6])
            Assert.Equal(Model.At(silos).Max(demand => demand.Share), Model.Fullest(silos).Share);
        Assert.Equal(Store, Model.FullestOfShared(1e6).Name);
    }

    [Fact]
    public void Costs_OfTheRepository_AreAllThere()
    {
        var costs = ClusterCosts.Read(Path.Combine(SourceTree.Root, "bench", "Scale", "costs.json"));

        foreach (var cost in typeof(ClusterCosts).GetProperties())
            Assert.True((double)cost.GetValue(costs)! > 0, cost.Name);
    }

    [Fact]
    public void Frontends_ManySilos_AreAsManyAsTheirNetworkNeeds()
    {
        var frontends = Model.Frontends(1000);

        Assert.InRange(frontends, Model.PicturesPerSecond(1000) * 94 * 1024 / 1.25e9, Model.PicturesPerSecond(1000) * 94 * 1024 / 1.25e9 / 0.59);
        Assert.All(Model.At(1000).Where(demand => demand.Name.Contains("frontend", StringComparison.Ordinal)), demand => Assert.InRange(demand.Share, 0, 0.6));
    }

    private static double Share(string name, double silos) => Model.At(silos).Single(demand => demand.Name == name).Share;
}
