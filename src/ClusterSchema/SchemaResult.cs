namespace Lineup.ClusterSchema;

/// <summary>What came of making, or of looking for, a cluster's schema.</summary>
public enum SchemaOutcome
{
    /// <summary>It was not there and now is.</summary>
    Made,

    /// <summary>It was there and is of this version; its queries have been written again.</summary>
    AlreadyThere,

    /// <summary>It is not there, or older than this program needs.</summary>
    Missing,

    /// <summary>It is newer than this program knows.</summary>
    TooNew,

    /// <summary>The database does not answer, or does not let this user do it.</summary>
    Unreachable,
}

/// <summary>An outcome, and in words what is wrong; null where nothing is.</summary>
public sealed record SchemaResult(SchemaOutcome Outcome, string? Problem = null);
