namespace Lineup.Compression.Evaluation;

/// <summary>
/// McNemar's test of two classifiers on the same pictures: only those that one gets right and the other wrong tell them apart, and if
/// neither is better, each of these falls to either side like a coin.
/// </summary>
public static class McNemar
{
    /// <summary>Below this many differing pictures the exact test is used; the usual limit (25) for the chi-square approximation.</summary>
    public const int ExactBelow = 25;

    /// <summary>
    /// Two-sided p: how likely chance alone makes the two counts differ as much or more. With fewer than <see cref="ExactBelow"/>
    /// differing pictures it is twice the tail of the binomial distribution with p = 1/2, at most 1; otherwise the tail of chi-square
    /// with one degree of freedom beyond (|b - c| - 1)^2 / (b + c).
    /// Sources: Q. McNemar, Psychometrika 12 (1947) 153-157; the continuity correction is A. L. Edwards', Psychometrika 13 (1948) 185-187.
    /// </summary>
    /// <param name="rightToWrong">Pictures that the first gets right and the second wrong (b).</param>
    /// <param name="wrongToRight">Pictures that the first gets wrong and the second right (c).</param>
    public static double PValue(int rightToWrong, int wrongToRight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rightToWrong);
        ArgumentOutOfRangeException.ThrowIfNegative(wrongToRight);
        var differing = rightToWrong + wrongToRight;
        if (differing < ExactBelow)
            return Math.Min(1, 2 * BinomialTail(differing, Math.Min(rightToWrong, wrongToRight)));

        // Where both are equal the correction would push past the middle.
        var difference = Math.Max(Math.Abs((double)rightToWrong - wrongToRight) - 1, 0);
        var chiSquare = difference * difference / differing;
        return ErrorFunction.Complement(Math.Sqrt(chiSquare / 2));
    }

    /// <summary>Probability of at most <paramref name="heads"/> heads in so many tosses; exact, since the sum is below 2^53.</summary>
    private static double BinomialTail(int tosses, int heads)
    {
        var (sum, choices) = (0d, 1d);
        for (var k = 0; k <= heads; k++)
        {
            sum += choices;
            choices = choices * (tosses - k) / (k + 1);
        }

        return Math.ScaleB(sum, -tosses);
    }
}
