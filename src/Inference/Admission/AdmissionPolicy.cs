namespace Lineup.Inference.Admission;

/// <summary>What a silo knows when a picture is offered for one variant. Times in lane seconds.</summary>
/// <param name="Lanes">Lanes of the silo.</param>
/// <param name="FreeLanes">Lanes that would take new work at once.</param>
/// <param name="Waiting">Pictures that wait for this variant.</param>
/// <param name="ServiceSeconds">What one picture of this variant costs a lane.</param>
/// <param name="OwnBacklog">Work waiting and running for this variant.</param>
/// <param name="TotalBacklog">Work waiting and running for all variants.</param>
/// <param name="Sharing">Variants with work, this one included.</param>
/// <param name="WaitingBytes">Encoded bytes waiting for all variants.</param>
public readonly record struct SiloLoad(
    int Lanes, int FreeLanes, int Waiting, double ServiceSeconds, double OwnBacklog, double TotalBacklog, int Sharing, long WaitingBytes);

/// <summary>Whether a picture may wait; if not, when it is worth trying again.</summary>
public readonly record struct AdmissionDecision(bool IsAdmitted, string? Reason, TimeSpan RetryAfter)
{
    public static AdmissionDecision Admitted { get; } = new(true, null, TimeSpan.Zero);

    public static AdmissionDecision ShuttingDown { get; } = new(false, "the silo is shutting down", TimeSpan.FromSeconds(1));
}

/// <summary>Admits what can be answered in time and turns away the rest at once: a late answer costs as much as a good one.</summary>
public static class AdmissionPolicy
{
    public static AdmissionDecision Decide(AdmissionOptions options, SiloLoad load, int bytes, TimeSpan budget)
    {
        var wait = PredictWait(load);
        if (load.Waiting >= options.QueueLimit)
            return Busy($"{load.Waiting} requests already wait for this variant", wait / 2);
        if (load.WaitingBytes + bytes > options.MaxWaitingBytes && load.WaitingBytes > 0)
            return Busy($"{load.WaitingBytes / 1048576} MiB of pictures already wait on this silo", wait / 2);

        var answer = wait + TimeSpan.FromSeconds(load.ServiceSeconds);
        return answer > budget && wait > TimeSpan.Zero
            ? Busy($"the wait is about {wait.TotalMilliseconds:0} ms, more than the deadline allows", answer - budget)
            : AdmissionDecision.Admitted;
    }

    /// <summary>
    /// Expected wait for a lane: under fair sharing the work ahead is this variant's own times the number that share the lanes, but
    /// never more than all there is. Zero while a lane is free.
    /// </summary>
    public static TimeSpan PredictWait(SiloLoad load)
    {
        if (load.FreeLanes > 0)
            return TimeSpan.Zero;

        // A variant without work of its own is next in turn, but each of the others may be half a picture ahead of it.
        var own = load.OwnBacklog > 0 ? load.OwnBacklog : load.ServiceSeconds / 2;
        var ahead = Math.Min(load.TotalBacklog, own * load.Sharing);
        return TimeSpan.FromSeconds(ahead / load.Lanes);
    }

    private static AdmissionDecision Busy(string reason, TimeSpan retryAfter) =>
        new(false, reason, retryAfter > MinimumRetry ? retryAfter : MinimumRetry);

    private static readonly TimeSpan MinimumRetry = TimeSpan.FromMilliseconds(50);
}
