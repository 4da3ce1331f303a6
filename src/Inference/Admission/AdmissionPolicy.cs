using Lineup.Inference.Lanes;

namespace Lineup.Inference.Admission;

/// <summary>What a silo knows when a picture is offered for one variant. Times in lane seconds.</summary>
/// <param name="Lanes">Lanes of the silo.</param>
/// <param name="FreeLanes">Lanes that would take new work at once.</param>
/// <param name="Waiting">Pictures that wait for this variant, of either priority.</param>
/// <param name="ServiceSeconds">What one picture of this variant costs a lane.</param>
/// <param name="Running">Work that lanes have begun and not finished, of all variants.</param>
/// <param name="OwnWaiting">Work of the picture's priority waiting for this variant.</param>
/// <param name="TotalWaiting">Work of that priority waiting for all variants.</param>
/// <param name="Sharing">Variants with waiting work of that priority, this one included.</param>
/// <param name="WaitingBytes">Encoded bytes waiting for all variants.</param>
/// <param name="OtherWaiting">Work of the other priority waiting for all variants.</param>
/// <param name="Priority">The picture's priority.</param>
/// <param name="Share">Share of lane time its priority is sure of.</param>
public readonly record struct SiloLoad(
    int Lanes, int FreeLanes, int Waiting, double ServiceSeconds, double Running, double OwnWaiting, double TotalWaiting, int Sharing,
    long WaitingBytes, double OtherWaiting = 0, LanePriority Priority = LanePriority.Interactive, double Share = 1);

/// <summary>Why a picture may not wait.</summary>
public enum RefusalCause
{
    None,

    /// <summary>As many pictures as may wait for the variant do.</summary>
    QueueFull,

    /// <summary>As many bytes as may wait on the silo do.</summary>
    BytesFull,

    /// <summary>The predicted wait exceeds what is left of the deadline.</summary>
    WaitTooLong,

    /// <summary>No lane is free, and the work only takes what nobody else wants.</summary>
    NoLaneFree,

    ShuttingDown,
}

/// <summary>Whether a picture may wait; if not, why, and when it is worth trying again.</summary>
public readonly record struct AdmissionDecision(RefusalCause Cause, string? Reason, TimeSpan RetryAfter)
{
    public static AdmissionDecision Admitted { get; } = new(RefusalCause.None, null, TimeSpan.Zero);

    public static AdmissionDecision ShuttingDown { get; } = new(RefusalCause.ShuttingDown, "the silo is shutting down", TimeSpan.FromSeconds(1));

    public bool IsAdmitted => Cause == RefusalCause.None;
}

/// <summary>Admits what can be answered in time and turns away the rest at once: a late answer costs as much as a good one.</summary>
public static class AdmissionPolicy
{
    public static AdmissionDecision Decide(AdmissionOptions options, SiloLoad load, int bytes, TimeSpan budget)
    {
        var wait = PredictWait(load);
        if (load.Waiting >= options.QueueLimitFor(load.Priority))
            return Busy(RefusalCause.QueueFull, $"{load.Waiting} requests already wait for this variant", wait / 2);
        if (load.WaitingBytes + bytes > options.MaxWaitingBytesFor(load.Priority) && load.WaitingBytes > 0)
            return Busy(RefusalCause.BytesFull, $"{load.WaitingBytes / 1048576} MiB of pictures already wait on this silo", wait / 2);

        var answer = wait + TimeSpan.FromSeconds(load.ServiceSeconds);
        return answer > budget && wait > TimeSpan.Zero
            ? Busy(RefusalCause.WaitTooLong, $"the wait is about {wait.TotalMilliseconds:0} ms, more than the deadline allows", answer - budget)
            : AdmissionDecision.Admitted;
    }

    /// <summary>Admits work that must not keep anybody waiting: only while a lane would take it at once.</summary>
    public static AdmissionDecision DecideSpare(SiloLoad load) => load.FreeLanes > 0
        ? AdmissionDecision.Admitted
        : Busy(RefusalCause.NoLaneFree, "no lane is free", PredictWait(load));

    /// <summary>
    /// Expected wait for a lane: what lanes have begun must end, and then, under fair sharing, this variant's own waiting work is served
    /// as often as that of each other variant, but never behind more than all there is; and meanwhile the other priority has its share,
    /// as far as it waits now. Zero while a lane is free.
    /// </summary>
    public static TimeSpan PredictWait(SiloLoad load)
    {
        if (load.FreeLanes > 0)
            return TimeSpan.Zero;
        var own = Math.Min(load.TotalWaiting, load.OwnWaiting * load.Sharing);

        // Interactive work begins ahead of what waits as bulk; bulk work behind as much interactive work as its own share makes it.
        var shared = load.Priority == LanePriority.Bulk ? own + load.ServiceSeconds : own;
        var other = Math.Min(load.OtherWaiting, shared * (1 - load.Share) / load.Share);
        return TimeSpan.FromSeconds((load.Running + own + other) / load.Lanes);
    }

    private static AdmissionDecision Busy(RefusalCause cause, string reason, TimeSpan retryAfter) =>
        new(cause, reason, retryAfter > MinimumRetry ? retryAfter : MinimumRetry);

    private static readonly TimeSpan MinimumRetry = TimeSpan.FromMilliseconds(50);
}
