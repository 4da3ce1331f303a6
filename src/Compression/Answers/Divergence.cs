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

    /// <summary>
    /// Mean of how much more <paramref name="one"/> diverges than <paramref name="other"/>, and its standard error. Paired, since what a
    /// picture costs depends on the picture more than on what was done to the model.
    /// </summary>
    public static (double Mean, double Error) Excess(AnswerDifference[] one, AnswerDifference[] other)
    {
        var excess = one.Zip(other, (a, b) => a.Kl - b.Kl).ToArray();
        var mean = excess.Average();
        var variance = excess.Length > 1 ? excess.Sum(value => (value - mean) * (value - mean)) / (excess.Length - 1) : 0;
        return (mean, Math.Sqrt(variance / excess.Length));
    }
}
