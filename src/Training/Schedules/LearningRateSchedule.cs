namespace Lineup.Training.Schedules;

/// <summary>How the learning rate falls after warming up.</summary>
public enum Decay
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>In a straight line: with a warm-up of 0.2 to 0.4 this is the one-cycle policy (Smith and Topin, "Super-convergence", 2017).</summary>
    Linear,

    /// <summary>As half a cosine (Loshchilov and Hutter, "SGDR", 2017).</summary>
    Cosine,
}

/// <summary>The learning rate of each step: a straight line up to the peak, then down.</summary>
public sealed record LearningRateSchedule
{
    /// <summary>The greatest rate, for the whole batch. More than 0, at most 100.</summary>
    public required double Peak { get; init; }

    /// <summary>Share of all steps that the way up takes. 0 to 0.9. Default: 0.</summary>
    public double WarmUp { get; init; }

    /// <summary>Rate of the first step as a share of the peak, where there is a way up. 0 to 1. Default: 0.</summary>
    public double Start { get; init; }

    /// <summary>How it falls. Default: cosine.</summary>
    public Decay Decay { get; init; } = Decay.Cosine;

    /// <summary>Rate at the end as a share of the peak. 0 to 1. Default: 0.</summary>
    public double Final { get; init; }

    /// <summary>Says everything that is wrong; empty when it can be followed.</summary>
    public IEnumerable<string> Problems()
    {
        if (Peak is not (> 0 and <= 100))
            yield return "schedule.peak must be more than 0 and at most 100";
        if (WarmUp is not (>= 0 and <= 0.9))
            yield return "schedule.warmUp must be 0 to 0.9 of all steps";
        if (Start is not (>= 0 and <= 1) || Final is not (>= 0 and <= 1))
            yield return "schedule.start and schedule.final must be 0 to 1 of the peak";
    }

    /// <summary>The rate of a step, taken in its middle so that neither end wastes a step at zero.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="steps">All steps of the run.</param>
    public float Rate(long step, long steps)
    {
        var done = (step + 0.5) / steps;
        if (done < WarmUp)
            return (float)(Peak * (Start + ((1 - Start) * done / WarmUp)));

        var fallen = (done - WarmUp) / (1 - WarmUp);
        var height = Decay switch
        {
            Decay.Linear => 1 - fallen,
            Decay.Cosine => (1 + Math.Cos(Math.PI * fallen)) / 2,
            _ => 1,
        };
        return (float)(Peak * (Final + ((1 - Final) * height)));
    }
}
