using Lineup.Training.Schedules;

namespace Lineup.Training.Tests.Schedules;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Rate_OfOneCycle_RisesToPeakAndFallsToZero()
    {
        var schedule = new LearningRateSchedule { Peak = 0.4, WarmUp = 0.25, Start = 0.1, Decay = Decay.Linear };

        var rates = Enumerable.Range(0, 1000).Select(step => schedule.Rate(step, 1000)).ToArray();

        Assert.Equal(0.04, rates[0], 1e-3);
        Assert.Equal(0.4, rates.Max(), 1e-3);
        Assert.InRange(Array.IndexOf(rates, rates.Max()), 248, 251);
        Assert.Equal(0.2, rates[625], 1e-3);
        Assert.InRange(rates[^1], 1e-6, 1e-3);
    }

    [Fact]
    public void Rate_OfCosine_IsHalfWayInTheMiddle()
    {
        var schedule = new LearningRateSchedule { Peak = 2, Final = 0.5 };

        Assert.Equal(2, schedule.Rate(0, 10_000), 1e-4);
        Assert.Equal(1.5, schedule.Rate(5000, 10_000), 1e-3);
        Assert.Equal(1, schedule.Rate(9999, 10_000), 1e-4);
    }

    [Fact]
    public void Rate_OfConstant_Stays()
    {
        var schedule = new LearningRateSchedule { Peak = 0.01, Decay = Decay.Constant };

        Assert.All(Enumerable.Range(0, 10), step => Assert.Equal(0.01f, schedule.Rate(step, 10)));
    }

    [Fact]
    public void Problems_OfManyMistakes_NameEach()
    {
        var problems = string.Join("; ", new LearningRateSchedule { Peak = 0, WarmUp = 1, Final = double.NaN }.Problems());

        foreach (var name in new[] { "peak", "warmUp", "final" })
            Assert.Contains(name, problems);
    }
}
