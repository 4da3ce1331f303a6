namespace Lineup.GrainInterfaces.Catalog;

/// <summary>How far a pull is.</summary>
[GenerateSerializer, Alias("lineup.PullState")]
public enum PullState
{
    /// <summary>Nothing has been asked for since the grain was activated.</summary>
    None,
    Connecting,
    Downloading,
    Verifying,
    Installing,
    Done,
    Failed,

    /// <summary>Somebody cancelled it. What has come is kept for the next one.</summary>
    Cancelled,
}

/// <summary>A pull at one moment.</summary>
[GenerateSerializer, Immutable, Alias("lineup.PullStatus")]
public sealed record PullStatus
{
    [Id(0)]
    public required string Model { get; init; }

    [Id(1)]
    public required PullState State { get; init; }

    /// <summary>Bytes received so far.</summary>
    [Id(2)]
    public long Bytes { get; init; }

    /// <summary>Bytes there are in all; null until it is known.</summary>
    [Id(3)]
    public long? TotalBytes { get; init; }

    /// <summary>What went wrong and what to try, or a remark on a pull that is done.</summary>
    [Id(4)]
    public string? Message { get; init; }

    public bool HasEnded => State is PullState.Done or PullState.Failed or PullState.Cancelled;
}
