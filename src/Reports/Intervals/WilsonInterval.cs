namespace Lineup.Reports.Intervals;

/// <summary>
/// Between which percentages the true share lies with 95 % certainty, when so many of a sample had the property (Wilson, 1927). Unlike
/// the textbook's normal approximation it holds near 0 and 100 % too, and never leaves that range.
/// </summary>
/// <param name="Low">In percent.</param>
/// <param name="High">In percent.</param>
public readonly record struct WilsonInterval(double Low, double High)
{
    /// <summary>The normal distribution's quantile at 97.5 %.</summary>
    private const double Z = 1.959963984540054;

    /// <param name="percent">The share that was found, 0 to 100; rounded to whole members of the sample.</param>
    /// <param name="sample">Size of the sample, at least 1.</param>
    public static WilsonInterval Of(double percent, int sample)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sample, 1);

        var share = Math.Clamp(Math.Round(percent / 100 * sample) / sample, 0, 1);
        var weight = Z * Z / sample;
        var centre = (share + (weight / 2)) / (1 + weight);
        var reach = Z / (1 + weight) * Math.Sqrt((share * (1 - share) / sample) + (weight / (4 * sample)));
        return new(Math.Max(100 * (centre - reach), 0), Math.Min(100 * (centre + reach), 100));
    }
}
