using Lineup.GrainInterfaces.Loads;
using Lineup.Grains.Loads;
using Microsoft.Extensions.Time.Testing;

namespace Lineup.Grains.Tests.Loads;

public sealed class LoadTableTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Read_AfterReports_HasTheLatestOfEachSiloWithItsAge()
    {
        var table = new LoadTable(_clock);
        table.Add(Report("a", busy: 1));
        table.Add(Report("b", busy: 1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        table.Add(Report("a", busy: 2));

        var loads = table.Read();

        Assert.Equal([("a", 2, 0), ("b", 1, 1)], loads.Silos.OrderBy(silo => silo.Silo).Select(silo => (silo.Silo, (int)silo.BusyLanes, (int)silo.Age.TotalSeconds)));
    }

    [Fact]
    public void Read_SiloThatFellSilent_IsGone()
    {
        var table = new LoadTable(_clock);
        table.Add(Report("a"));
        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Empty(table.Read().Silos);
    }

    [Fact]
    public void Add_SiloStartedAnew_TakesThePlaceOfItsFormerLife()
    {
        var table = new LoadTable(_clock);
        table.Add(Report("a") with { Address = "127.0.0.1:11111@1" });
        table.Add(Report("a") with { Address = "127.0.0.1:11111@2" });

        Assert.Equal("127.0.0.1:11111@2", Assert.Single(table.Read().Silos).Address);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(50, 1)]
    [InlineData(1000, 20)]
    public void Read_Interval_KeepsReportsASecondBounded(int silos, int seconds)
    {
        var table = new LoadTable(_clock);
        for (var i = 0; i < silos; i++)
            table.Add(Report($"silo-{i}"));

        Assert.Equal(TimeSpan.FromSeconds(seconds), table.Read().Interval);
    }

    private static SiloReport Report(string silo, double busy = 0) =>
        new() { Silo = silo, Address = "127.0.0.1:11111@1", Lanes = 2, BusyLanes = busy, FreeBytes = 1, Replicas = [] };
}
