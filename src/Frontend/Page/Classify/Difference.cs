using Lineup.Frontend.Classification;

namespace Lineup.Frontend.Page.Classify;

/// <summary>One class of a variant's answer beside the original's.</summary>
/// <param name="Class">The class as the variant sees it.</param>
/// <param name="Climb">Places higher than by the original, negative for lower; null where the original has it not among its best.</param>
/// <param name="OriginalShare">Probability that the original gave it; null as well.</param>
internal readonly record struct Difference(PredictionResponse Class, int? Climb, float? OriginalShare)
{
    /// <summary>Below it the order of classes is chance.</summary>
    private const float Noticeable = 0.005f;

    /// <summary>Stands elsewhere than by the original, and one of the two thinks it likely enough to matter.</summary>
    public bool IsNoticeable => Climb != 0 && Math.Max(Class.Probability, OriginalShare ?? 0) >= Noticeable;

    public static IEnumerable<Difference> Between(IReadOnlyList<PredictionResponse> original, IReadOnlyList<PredictionResponse> variant) =>
        from mine in variant
        let theirs = original.FirstOrDefault(candidate => candidate.Index == mine.Index)
        select new Difference(mine, theirs is null ? null : theirs.Rank - mine.Rank, theirs?.Probability);
}
