namespace Lineup.Training.Schedules;

/// <summary>How the learning rate falls.</summary>
public enum Decay
{
    /// <summary>In a straight line: right after a warm-up this is the one-cycle policy (Smith and Topin, "Super-convergence", 2017).</summary>
    Linear,

    /// <summary>As half a cosine (Loshchilov and Hutter, "SGDR", 2017).</summary>
    Cosine,
}

/// <summary>
/// The learning rate of each step: a straight line up to the peak, the peak for a while, then down. Both ways are told in epochs, so that
/// up to where it falls the rate does not depend on how many epochs there are: a run may be made longer or shorter while it goes.
/// </summary>
public sealed record LearningRateSchedule
{
    /// <summary>The greatest rate, for the whole batch. More than 0, at most 100.</summary>
    public required double Peak { get; init; }

    /// <summary>Epochs that the way up takes. 0 or more. Default: 0.</summary>
    public double WarmUpEpochs { get; init; }

    /// <summary>Rate of the first step as a share of the peak, where there is a way up. 0 to 1. Default: 0.</summary>
    public double Start { get; init; }

    /// <summary>How it falls. Default: cosine.</summary>
    public Decay Decay { get; init; } = Decay.Cosine;

    /// <summary>Epochs before the end in which it falls; null for all after the way up. 0 or more.</summary>
    public double? DecayEpochs { get; init; }

    /// <summary>Rate at the end as a share of the peak. 0 to 1. Default: 0.</summary>
    public double Final { get; init; }

    /// <summary>Rises once more after the fall, and falls again; null for one fall.</summary>
    public WarmRestart? Restart { get; init; }

    /// <summary>Says everything that is wrong; empty when it can be followed.</summary>
    /// <param name="epochs">Epochs of the run.</param>
    public IEnumerable<string> Problems(int epochs)
    {
        if (Peak is not (> 0 and <= 100))
            yield return "schedule.peak must be more than 0 and at most 100";
        var first = Restart?.Epoch ?? epochs;
        if (!(WarmUpEpochs >= 0) || DecayEpochs is not null and not >= 0)
            yield return "schedule.warmUpEpochs and schedule.decayEpochs must be 0 or more";
        else if (WarmUpEpochs + (DecayEpochs ?? 0) > first)
            yield return $"schedule.warmUpEpochs and schedule.decayEpochs must not be more than the {first} epochs together";
        if (Restart is { } restart && !(restart.Epoch >= 1 && restart.Epoch < epochs && restart.Peak is > 0 and <= 100))
            yield return $"schedule.restart.epoch must be 1 or more and less than the {epochs} epochs, and schedule.restart.peak more than 0 and at most 100";
        if (Start is not (>= 0 and <= 1) || Final is not (>= 0 and <= 1))
            yield return "schedule.start and schedule.final must be 0 to 1 of the peak";
    }

    /// <summary>The rate of a step, taken in its middle so that neither end wastes a step at zero.</summary>
    /// <param name="step">From 0, over all epochs.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="epochs">Epochs of the run.</param>
    public float Rate(long step, int stepsPerEpoch, int epochs)
    {
        var epoch = (step + 0.5) / stepsPerEpoch;
        if (Restart is { } restart)
        {
            if (epoch > restart.Epoch)
                return Fallen(restart.Peak, (epoch - restart.Epoch) / (epochs - restart.Epoch));
            epochs = restart.Epoch;
        }

        if (epoch < WarmUpEpochs)
            return (float)(Peak * (Start + ((1 - Start) * epoch / WarmUpEpochs)));

        var decay = DecayEpochs ?? (epochs - WarmUpEpochs);
        if (epoch <= epochs - decay)
            return (float)Peak;
        return Fallen(Peak, Math.Min(1, (epoch - (epochs - decay)) / decay));
    }

    private float Fallen(double peak, double part)
    {
        var height = Decay == Decay.Linear ? 1 - part : (1 + Math.Cos(Math.PI * part)) / 2;
        return (float)(peak * (Final + ((1 - Final) * height)));
    }
}

/// <summary>
/// A second fall, from the end of the first one to the end of the run (Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm
/// restarts", 2017). Rates before it are those of a run that ends where it begins, so a finished run can be given more epochs.
/// </summary>
/// <param name="Epoch">Epochs of the first fall, after which the rate rises at once. 1 or more, less than the run's.</param>
/// <param name="Peak">The rate it rises to. More than 0, at most 100.</param>
public sealed record WarmRestart(int Epoch, double Peak);
