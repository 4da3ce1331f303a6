namespace Lineup.Frontend.Page.Classify;

/// <summary>A problem as the API states it (RFC 9457), or as the browser's script does where the API could not be reached.</summary>
public sealed record Problem
{
    public required string Code { get; init; }

    public string? Title { get; init; }

    public string? Detail { get; init; }

    /// <summary>When it is worth trying again, in milliseconds; null where the API does not say.</summary>
    public double? RetryAfterMs { get; init; }
}
