using Lineup.Access.Limits;
using Microsoft.Extensions.Time.Testing;

namespace Lineup.Access.Tests.Limits;

/// <summary>With rates so low that no test lasts long enough for a token to come back.</summary>
public sealed class CallerLimitsTests
{
    private const double OneAnHour = 1 / 3600d;

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void TryTake_BeyondTheBurst_IsRefusedAndToldHowLong()
    {
        using var limits = new CallerLimits(new() { BurstSeconds = 3600 * 3 }, _clock);

        var taken = Enumerable.Range(0, 5).Select(_ => limits.TryTake("a", OneAnHour, out var _)).ToArray();
        limits.TryTake("a", OneAnHour, out var retryAfter);

        Assert.Equal([true, true, true, false, false], taken);
        Assert.InRange(retryAfter, TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(60));
    }

    [Fact]
    public void TryTake_OneCallerExhausted_LeavesTheOther()
    {
        using var limits = new CallerLimits(new(), _clock);
        while (limits.TryTake("a", OneAnHour, out _))
        {
        }

        Assert.True(limits.TryTake("b", OneAnHour, out _));
    }

    [Fact]
    public void TryTake_NoLimit_IsFreeAndKeepsNothing()
    {
        using var limits = new CallerLimits(new(), _clock);

        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(limits.TryTake($"{i}", 0, out _)));
        Assert.Equal(0, limits.Count);
    }

    [Fact]
    public void TryTake_AfterTheTimeItWasTold_IsLetAgain()
    {
        using var limits = new CallerLimits(new() { BurstSeconds = 0.1 }, _clock);
        Assert.True(limits.TryTake("a", 1000, out _));
        while (limits.TryTake("a", 1000, out _))
        {
        }

        Assert.True(SpinWait.SpinUntil(() => limits.TryTake("a", 1000, out _), TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void TryTake_MoreCallersThanMayBe_ShareOneLimit()
    {
        using var limits = new CallerLimits(new() { MaxCallers = 100 }, _clock);

        var let = Enumerable.Range(0, 10_000).Count(i => limits.TryTake($"{i}", OneAnHour, out _));

        Assert.Equal(101, let);
        Assert.Equal(101, limits.Count);
    }

    [Fact]
    public void TryTake_CallersThatHaveGone_MakeRoom()
    {
        using var limits = new CallerLimits(new() { MaxCallers = 100 }, _clock);
        for (var i = 0; i < 100; i++)
            limits.TryTake($"{i}", 1_000_000, out _);

        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(2));
                limits.TryTake("new", 1_000_000, out _);
                return limits.Count < 100;
            },
            TimeSpan.FromSeconds(30)));
    }
}
