using Microsoft.AspNetCore.Mvc;

namespace Lineup.Frontend.Classification;

/// <summary>What becomes known next in a comparison.</summary>
/// <param name="Settled">No silo reads the picture any more on account of this step.</param>
internal abstract record ComparisonStep(bool Settled)
{
    /// <summary>A variant has answered. The original answers first, if it does at all.</summary>
    public sealed record Answered(ComparedVariant Variant, bool Settled) : ComparisonStep(Settled);

    /// <summary>A variant takes no part, or failed.</summary>
    public sealed record Skipped(SkippedVariant Variant, bool Settled) : ComparisonStep(Settled);

    /// <summary>There is no comparison; nothing follows. After an answer this does not come.</summary>
    public sealed record Refused(ProblemDetails Problem, bool Settled) : ComparisonStep(Settled);
}
