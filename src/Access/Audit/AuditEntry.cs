namespace Lineup.Access.Audit;

/// <summary>One attempt to change something, whether or not it was let.</summary>
/// <param name="Time">When it was decided, UTC.</param>
/// <param name="Key">The id of the caller's key, never the key; null where there was none that is known.</param>
/// <param name="Caller">The name of that key, "this machine", or "unknown".</param>
/// <param name="Address">Where it came from.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">What it asked for.</param>
/// <param name="Query">With which parameters; null for none.</param>
/// <param name="Status">The HTTP status it was answered with; 499 where the caller had gone.</param>
/// <param name="Outcome">"done", "refused" (no or a wrong key, or too many requests) or "failed".</param>
/// <param name="Trace">The request's trace, under which logs and traces have the rest.</param>
public sealed record AuditEntry(
    DateTimeOffset Time, string? Key, string Caller, string? Address, string Method, string Path, string? Query, int Status, string Outcome, string? Trace);
