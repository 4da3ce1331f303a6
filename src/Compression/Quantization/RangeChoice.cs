using Lineup.Compression.Answers;

namespace Lineup.Compression.Quantization;

/// <summary>What a range method gave on the views it was tried on.</summary>
/// <param name="Method">The method.</param>
/// <param name="Divergence">From the original.</param>
/// <param name="Kept">Mean share of what was observed that its ranges hold, in widths: 1 clips nothing.</param>
public sealed record RangeTrial(RangeMethod Method, Divergence Divergence, double Kept)
{
    /// <summary>Mean over the views of how much more it diverges than the method that diverges least, in nats; 0 for that one.</summary>
    public double Excess { get; init; }

    /// <summary>Standard error of <see cref="Excess"/>.</summary>
    public double ExcessError { get; init; }
}

/// <summary>
/// Takes a range method by the one-standard-error rule (Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984):
/// all that exceed the least mean divergence by less than the standard error of the difference count as equal, and of these the one that
/// clips least is taken, since a few hundred pictures show fewer extremes than there will be.
/// </summary>
internal static class RangeChoice
{
    /// <param name="trials">The methods in any order, with <see cref="RangeTrial.Divergence"/> and <see cref="RangeTrial.Kept"/>.</param>
    /// <param name="differences">For each of them, what it did to the answer to each view, the views in the same order.</param>
    /// <returns>The trials with their excess, and the index of the one to take; null if none gives finite scores only.</returns>
    public static (IReadOnlyList<RangeTrial> Trials, int? Taken) Choose(
        IReadOnlyList<RangeTrial> trials, IReadOnlyList<AnswerDifference[]> differences)
    {
        var sound = Enumerable.Range(0, trials.Count).Where(i => trials[i].Divergence.IsFinite).ToArray();
        if (sound.Length == 0)
            return (trials, null);
        var least = sound.MinBy(i => trials[i].Divergence.Kl);
        var compared = trials.Select((trial, i) => sound.Contains(i) ? Against(trial, differences[i], differences[least]) : trial).ToArray();
        return (compared, sound.Where(i => compared[i].Excess <= compared[i].ExcessError).MaxBy(i => compared[i].Kept));
    }

    private static RangeTrial Against(RangeTrial trial, AnswerDifference[] own, AnswerDifference[] least)
    {
        var (mean, error) = AnswerDifference.Excess(own, least);
        return trial with { Excess = mean, ExcessError = error };
    }
}
