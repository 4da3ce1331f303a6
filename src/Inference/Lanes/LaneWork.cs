namespace Lineup.Inference.Lanes;

/// <summary>Why work was taken off its queue without being done.</summary>
public enum DropReason
{
    DeadlineExceeded,
    Cancelled,
    ShuttingDown,
}

/// <summary>
/// One picture's work for a lane. Exactly one of <see cref="Execute"/> and <see cref="Drop"/> is called, once.
/// </summary>
public abstract class LaneWork
{
    internal readonly LinkedListNode<LaneWork> Node;

    protected LaneWork() => Node = new(this);

    /// <summary>Bytes held while waiting.</summary>
    public abstract int Bytes { get; }

    /// <summary>Whether it only takes what nobody else wants: it is turned away unless a lane is free.</summary>
    public virtual bool IsSpare => false;

    /// <summary>How urgent it is.</summary>
    public virtual LanePriority Priority => LanePriority.Interactive;

    /// <summary>When the work was queued, as a timestamp of the scheduler's clock.</summary>
    public long EnqueuedAt { get; internal set; }

    /// <summary>The timestamp after which nobody wants the answer any more.</summary>
    public long Deadline { get; internal set; }

    internal LaneFlow? Flow { get; set; }

    /// <summary>Lane seconds its flow was charged in advance.</summary>
    internal double Charged { get; set; }

    /// <summary>Does the work on the calling lane's thread. Must not throw.</summary>
    public abstract void Execute(Lane lane);

    /// <summary>Tells the one who waits that the work will not be done. Called on any thread, outside all locks.</summary>
    public abstract void Drop(DropReason reason);
}
