using Lineup.Failures.Faults;
using Lineup.Failures.Load;

namespace Lineup.Failures;

/// <summary>What one fault did to the calls.</summary>
/// <param name="Fault">What went wrong.</param>
/// <param name="Load">What became of the calls; null where the fault was skipped.</param>
/// <param name="FrontendRetries">How often frontends asked another replica, or the same one again.</param>
/// <param name="Lost">State that is gone, in words.</param>
/// <param name="Skipped">Why it was not tried; null where it was.</param>
internal sealed record FailureResult(Fault Fault, LoadReport? Load, long FrontendRetries, string Lost, string? Skipped = null);
