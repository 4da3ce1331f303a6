namespace Lineup.Grains.Placement;

/// <summary>A silo that could take a replica, as far as is known.</summary>
/// <param name="Name">What it keeps when it is started anew.</param>
internal sealed record SiloCandidate(string Name)
{
    /// <summary>It is about to stop.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>Other replicas of the same variant that it hosts, or is about to.</summary>
    public int OtherReplicas { get; init; }

    /// <summary>It has the variant in memory, or is about to, so that one more replica takes no more.</summary>
    public bool HasSession { get; init; }

    /// <summary>Bytes that sessions may still take; those that are about to be loaded are taken off.</summary>
    public long FreeBytes { get; init; } = long.MaxValue;

    /// <summary>Lanes at work as a share of its lanes, 0 to 1 or more.</summary>
    public double Load { get; init; }
}
