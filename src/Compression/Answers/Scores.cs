using System.Numerics.Tensors;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Answers;

/// <summary>What can be read from the scores of one picture.</summary>
internal static class Scores
{
    /// <summary>A probability of zero counts as this, or one class that a variant rules out would make the divergence infinite.</summary>
    private const double SmallestProbability = 1e-12;

    public static bool AreFinite(ReadOnlySpan<float> scores) => float.IsFinite(TensorPrimitives.SumOfMagnitudes(scores));

    /// <summary>The best class; of equal ones the first, as in <see cref="Inference.Sessions.TopK"/>.</summary>
    public static int Best(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
        }

        return best;
    }

    /// <summary>How many classes come before the given one, 0 if it is the best; of equal ones the first comes first.</summary>
    public static int Rank(ReadOnlySpan<float> scores, int index)
    {
        var rank = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > scores[index] || (scores[i] == scores[index] && i < index))
                rank++;
        }

        return rank;
    }

    /// <summary>Natural logarithms of the probabilities that the scores stand for, at least that of 1e-12.</summary>
    public static void LogProbabilities(ReadOnlySpan<float> scores, ModelOutput output, Span<double> logarithms)
    {
        if (output == ModelOutput.Probabilities)
        {
            for (var i = 0; i < scores.Length; i++)
                logarithms[i] = Math.Log(Math.Max(scores[i], SmallestProbability));
            return;
        }

        double highest = TensorPrimitives.Max(scores);
        var sum = 0d;
        foreach (var score in scores)
            sum += Math.Exp(score - highest);
        var shift = highest + Math.Log(sum);
        for (var i = 0; i < scores.Length; i++)
            logarithms[i] = Math.Max(scores[i] - shift, Math.Log(SmallestProbability));
    }

    /// <summary>
    /// Kullback-Leibler divergence of the second distribution from the first in nats: the sum of p (ln p - ln q), both given as
    /// logarithms. S. Kullback and R. A. Leibler, Ann. Math. Statist. 22 (1951) 79-86.
    /// </summary>
    public static double Divergence(ReadOnlySpan<double> logP, ReadOnlySpan<double> logQ)
    {
        var sum = 0d;
        for (var i = 0; i < logP.Length; i++)
            sum += Math.Exp(logP[i]) * (logP[i] - logQ[i]);

        // Rounding alone takes the divergence of like distributions below zero.
        return Math.Max(sum, 0);
    }
}
