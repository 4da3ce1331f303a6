namespace Lineup.Compression.Answers;

/// <summary>How far a changed model's answers are from the original's on some pictures, without labels.</summary>
/// <param name="Kl">
/// Mean Kullback-Leibler divergence KL(original || changed) of the class probabilities, in nats, over the pictures whose scores are
/// finite; NaN where there are none.
/// </param>
/// <param name="Agreement">Share of pictures with the same best class, 0 to 1.</param>
/// <param name="IsFinite">Whether every score was a finite number.</param>
public readonly record struct Divergence(double Kl, double Agreement, bool IsFinite)
{
    internal static Divergence Of(IReadOnlyCollection<AnswerDifference> differences) => new(
        differences.Where(one => one.IsFinite).Select(one => one.Kl).DefaultIfEmpty(double.NaN).Average(),
        differences.Average(one => one.Agrees ? 1d : 0),
        differences.All(one => one.IsFinite));
}

/// <summary>How far the answer to one picture moved.</summary>
/// <param name="Kl">Divergence from the original's answer in nats; NaN where the scores are not finite.</param>
/// <param name="Agrees">Whether the best class is the same.</param>
internal readonly record struct AnswerDifference(double Kl, bool Agrees)
{
    public bool IsFinite => double.IsFinite(Kl);
}
