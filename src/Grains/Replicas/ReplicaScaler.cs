using System.Globalization;

namespace Lineup.Grains.Replicas;

/// <summary>
/// Decides how many replicas a variant gets. More, quickly, as soon as pictures wait too long. Less, slowly, and by another measure: only
/// when what is demanded would have left one less with half its lanes idle, all the time. Between the two lies room that steady load
/// cannot cross: a variant that n replicas could not serve keeps more than n lanes' worth of work, and is far from half of that. So the
/// number comes to rest. It knows no clock and no grains; one caller at a time.
/// </summary>
internal sealed class ReplicaScaler(ReplicaOptions options)
{
    /// <summary>Over which waits are averaged: a burst of a second is what queues are for.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(3);

    /// <summary>Share of its lanes that a replica should be busy when replicas are added.</summary>
    private const double UpUtilisation = 0.7;

    /// <summary>Share of their lanes that the replicas which remain may be busy when one is taken away.</summary>
    private const double DownUtilisation = 0.5;

    /// <summary>By how much replicas are multiplied at most.</summary>
    private const int LargestStep = 4;

    private double _waitSeconds;
    private TimeSpan? _lookedAt;
    private TimeSpan? _lowSince;
    private TimeSpan _settlesAt;

    /// <summary>The number has been changed: what was seen before says nothing about what is now.</summary>
    public void Changed(TimeSpan at)
    {
        _settlesAt = at + options.SettleTime;
        (_waitSeconds, _lowSince) = (0, null);
    }

    /// <param name="at">Time since whatever moment the caller counts from.</param>
    /// <param name="now">The load.</param>
    public ScalerDecision Look(TimeSpan at, ScalerSample now)
    {
        Remember(at, now.Wait);
        if (at < _settlesAt)
            return new(now.Replicas, "automatic; it settles after a change");
        _lowSince = IsLow(now) ? _lowSince ?? at : null;
        if (_waitSeconds > options.TargetWait.TotalSeconds)
            return Up(now);
        return _lowSince is { } since && at - since >= options.ScaleDownAfter
            ? new(now.Replicas - 1, string.Create(CultureInfo.InvariantCulture, $"automatic; {now.Replicas - 1} have been enough for {options.ScaleDownAfter}"))
            : new(now.Replicas, "automatic; pictures do not wait too long");
    }

    private ScalerDecision Up(ScalerSample now)
    {
        var waits = string.Create(
            CultureInfo.InvariantCulture, $"pictures wait {_waitSeconds * 1000:0} ms, and should {options.TargetWait.TotalMilliseconds:0} ms at most");
        if (now.Replicas >= now.Most)
            return new(now.Replicas, $"automatic; {waits}, but no silo can take one more");

        // Demand says how many it takes; what it says of an overload, with callers that try again, is less certain, so one step has a limit.
        var needed = (int)Math.Ceiling(now.Demand / (now.LanesPerReplica * UpUtilisation));
        var wanted = Math.Clamp(needed, now.Replicas + 1, now.Replicas * LargestStep);
        return new(Math.Min(wanted, now.Most), $"automatic; {waits}");
    }

    private bool IsLow(ScalerSample now) => now.Replicas > 1
        && _waitSeconds <= options.TargetWait.TotalSeconds
        && now.Demand <= (now.Replicas - 1) * now.LanesPerReplica * DownUtilisation;

    private void Remember(TimeSpan at, TimeSpan wait)
    {
        var share = _lookedAt is { } before ? 1 - Math.Exp(-(at - before) / Memory) : 1;
        _waitSeconds += (wait.TotalSeconds - _waitSeconds) * share;
        _lookedAt = at;
    }
}
