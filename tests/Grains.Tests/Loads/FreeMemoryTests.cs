using Lineup.Grains.Loads;
using Microsoft.Extensions.Options;

namespace Lineup.Grains.Tests.Loads;

public sealed class FreeMemoryTests
{
    private const string MemoryInformation = "MemTotal:       24000000 kB\nMemFree:         1000000 kB\nMemAvailable:   20000000 kB\n";

    [Fact]
    public void OnMachine_MemoryInformation_GivesWhatIsAvailableInBytes() => Assert.Equal(20_480_000_000, FreeMemory.OnMachine(MemoryInformation));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("MemAvailable: many kB")]
    public void OnMachine_TextThatDoesNotSay_IsNull(string? text) => Assert.Null(FreeMemory.OnMachine(text));

    [Fact]
    public void InContainer_Limit_LeavesWhatIsNotInUseOrCanBeGivenBack() =>
        Assert.Equal(700, FreeMemory.InContainer("1000\n", "500\n", "anon 300\ninactive_file 200\nactive_file 0\n"));

    [Theory]
    [InlineData("max\n", "500\n")]
    [InlineData(null, null)]
    public void InContainer_NoLimit_IsNull(string? limit, string? current) => Assert.Null(FreeMemory.InContainer(limit, current, "inactive_file 200\n"));

    [Fact]
    public void Read_ProcessWithAShare_LeavesNoMoreThanIt()
    {
        var share = Environment.WorkingSet + (64L * 1024 * 1024);

        var free = new FreeMemory(Options.Create(new LoadOptions { MemoryBytes = share })).Read();

        Assert.InRange(free, 0, 128L * 1024 * 1024);
    }

    [Fact]
    public void Read_ShareUsedUp_IsZero() => Assert.Equal(0, new FreeMemory(Options.Create(new LoadOptions { MemoryBytes = 1 })).Read());

    [Fact]
    public void Read_ProcessWithoutAShare_LeavesSomething() => Assert.True(new FreeMemory(Options.Create(new LoadOptions())).Read() > 0);
}
