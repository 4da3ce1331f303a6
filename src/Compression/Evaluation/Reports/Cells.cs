using System.Globalization;

namespace Lineup.Compression.Evaluation.Reports;

/// <summary>Figures as tables for people show them.</summary>
internal static class Cells
{
    public const string Nothing = "-";

    public static string Percent(double value) => Fixed(value, "0.0");

    public static string Milliseconds(TimeSpan value) => Fixed(value.TotalMilliseconds, "0.00");

    public static string Seconds(TimeSpan value) => Fixed(value.TotalSeconds, "0.0");

    public static string Factor(double value) => $"{Fixed(value, "0.00")}x";

    public static string Divergence(double value) => Fixed(value, "0.0000");

    public static string Probability(double value) => value < 0.001 ? "<0.001" : Fixed(value, "0.000");

    public static string Fixed(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
