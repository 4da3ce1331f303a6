using Lineup.Training.Schedules;

namespace Lineup.Training.Tests.Schedules;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Rate_OfOneCycle_RisesToPeakAndFallsToZero()
    {
        var schedule = new LearningRateSchedule { Peak = 0.4, WarmUpEpochs = 2.5, Start = 0.1, Decay = Decay.Linear };

        var rates = Rates(schedule, 100, 10);

        Assert.Equal(0.04, rates[0], 1e-3);
        Assert.Equal(0.4, rates.Max(), 1e-3);
        Assert.InRange(Array.IndexOf(rates, rates.Max()), 248, 251);
        Assert.Equal(0.2, rates[625], 1e-3);
        Assert.InRange(rates[^1], 1e-6, 1e-3);
    }

    [Fact]
    public void Rate_OfCosine_IsHalfWayInTheMiddle()
    {
        var rates = Rates(new() { Peak = 2, Final = 0.5 }, 1000, 10);

        Assert.Equal(2, rates[0], 1e-4);
        Assert.Equal(1.5, rates[5000], 1e-3);
        Assert.Equal(1, rates[^1], 1e-4);
    }

    [Fact]
    public void Rate_BeforeItFalls_DoesNotDependOnEpochs()
    {
        var schedule = new LearningRateSchedule { Peak = 0.1, WarmUpEpochs = 2, DecayEpochs = 4 };

        var (shorter, longer) = (Rates(schedule, 10, 10), Rates(schedule, 10, 20));

        Assert.Equal(shorter[..60], longer[..60]);
        Assert.All(longer[20..160], rate => Assert.Equal(0.1f, rate));
        Assert.Equal(shorter[60..], longer[160..], (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [Fact]
    public void Rate_WithRestart_IsAShorterRunsAndThenFallsOnceMore()
    {
        var schedule = new LearningRateSchedule { Peak = 0.2, WarmUpEpochs = 2, Decay = Decay.Linear };

        var (shorter, restarted) = (Rates(schedule, 10, 12), Rates(schedule with { Restart = new(12, 0.1) }, 10, 20));

        Assert.Equal(shorter, restarted[..120]);
        Assert.InRange(restarted[120], 0.099f, 0.1f);
        Assert.Equal(0.05, restarted[160], 1e-3);
        Assert.Equal(restarted[120..].OrderDescending(), restarted[120..]);
        Assert.InRange(restarted[^1], 1e-6, 1e-3);
    }

    [Fact]
    public void Problems_OfManyMistakes_NameEach()
    {
        var problems = string.Join("; ", new LearningRateSchedule { Peak = 0, WarmUpEpochs = -1, Final = double.NaN, Restart = new(3, 0.1) }.Problems(3));

        foreach (var name in new[] { "peak", "warmUpEpochs", "final", "restart" })
            Assert.Contains(name, problems);
        Assert.Contains("3 epochs", Assert.Single(new LearningRateSchedule { Peak = 1, WarmUpEpochs = 2, DecayEpochs = 2 }.Problems(3)));
    }

    private static float[] Rates(LearningRateSchedule schedule, int stepsPerEpoch, int epochs) =>
        [.. Enumerable.Range(0, stepsPerEpoch * epochs).Select(step => schedule.Rate(step, stepsPerEpoch, epochs))];
}
