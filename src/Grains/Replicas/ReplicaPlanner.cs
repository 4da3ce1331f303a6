using System.Globalization;
using Lineup.GrainInterfaces.Replicas;

namespace Lineup.Grains.Replicas;

/// <summary>
/// How many replicas a variant should have: what was set by hand or what the load asks for, as far as silos can take them. It knows no clock
/// and no grains; one caller at a time.
/// </summary>
internal sealed class ReplicaPlanner(ReplicaOptions options)
{
    /// <summary>A silo that is missing this long will not be back at once, as one that is started anew would be.</summary>
    private static readonly TimeSpan SiloPatience = TimeSpan.FromSeconds(30);

    private readonly ReplicaScaler _scaler = new(options);
    private TimeSpan? _tooManySince;

    /// <inheritdoc cref="ReplicaScaler.Changed"/>
    public void Changed(TimeSpan at) => _scaler.Changed(at);

    /// <param name="at">Time since whatever moment the caller counts from.</param>
    /// <param name="count">Replicas there are.</param>
    /// <param name="byHand">What somebody set; null for nothing.</param>
    /// <param name="view">What silos report.</param>
    /// <returns>How many there should be, and how many there may be now.</returns>
    public (ReplicaPlan Plan, int Next) Look(TimeSpan at, int count, int? byHand, ReplicaView view)
    {
        var most = Math.Min(options.Max, view.UsableSilos);
        var decision = byHand is { } set ? new(set, "set by hand")
            : options.Automatic ? _scaler.Look(at, view.Sample(count, most))
            : new ScalerDecision(1, "one by default");
        var next = Math.Min(decision.Wanted, most);

        // Nothing is known in a silo's first second, or after the one who gathers reports was lost; and silos that are started anew are back soon.
        var isShort = next < count && most < count && (byHand is null || decision.Wanted >= count);
        _tooManySince = isShort ? _tooManySince ?? at : null;
        if (view.UsableSilos == 0 || (isShort && at - _tooManySince < SiloPatience))
            next = count;
        var plan = new ReplicaPlan
        {
            Wanted = decision.Wanted,
            IsAutomatic = byHand is null,
            Most = most,
            Reason = most < decision.Wanted && view.UsableSilos > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{decision.Reason}; {most} of {decision.Wanted}, since {WhyNoMore(view)}")
                : decision.Reason,
        };
        return (plan, next);
    }

    private string WhyNoMore(ReplicaView view) =>
        options.Max < view.UsableSilos ? $"{ReplicaOptions.Section}:{nameof(ReplicaOptions.Max)} allows no more" : "no more silos can take one";
}
