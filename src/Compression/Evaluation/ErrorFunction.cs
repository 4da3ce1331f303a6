namespace Lineup.Compression.Evaluation;

/// <summary>The error function, which .NET lacks.</summary>
internal static class ErrorFunction
{
    private const double TwoOverRootPi = 1.1283791670955126;

    /// <summary>
    /// erfc(x) for x >= 0 to about 14 digits: up to 2 from the series 7.1.6 of Abramowitz and Stegun, whose terms are all positive,
    /// beyond that from the continued fraction 7.1.14.
    /// </summary>
    public static double Complement(double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        if (x >= 2)
        {
            var fraction = 0d;
            for (var k = 60; k >= 1; k--)
                fraction = k / 2d / (x + fraction);
            return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction);
        }

        var (term, sum) = (x, x);
        for (var n = 1; term > sum * 1e-17; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 1 - (TwoOverRootPi * Math.Exp(-x * x) * sum);
    }
}
