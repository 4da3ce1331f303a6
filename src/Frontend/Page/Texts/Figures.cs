using System.Globalization;

namespace Lineup.Frontend.Page.Texts;

/// <summary>Numbers as people read them, with their units. What is not known is a dash.</summary>
internal static class Figures
{
    public const string Unknown = "–";

    private const double Mebibyte = 1 << 20;

    /// <summary>Of a number that is in percent already.</summary>
    public static string Percent(double? percent) => percent is { } known ? Format("0.0", known) + " %" : Unknown;

    /// <summary>Of a share between 0 and 1. What would round to 0 without being it says so.</summary>
    public static string Share(double share) => share is > 0 and < 0.0005 ? "< 0.1 %" : Percent(share * 100);

    public static string Milliseconds(double? milliseconds) => milliseconds switch
    {
        null => Unknown,
        < 10 => Format("0.0", milliseconds.Value) + " ms",
        < 1000 => Format("0", milliseconds.Value) + " ms",
        _ => Format("0.0", milliseconds.Value / 1000) + " s",
    };

    public static string Size(long? bytes) => bytes switch
    {
        null => Unknown,
        < 1 << 10 => "< 1 KB",
        < 1 << 20 => Format("0", bytes.Value / 1024d) + " KB",
        < 10 << 20 => Format("0.0", bytes.Value / Mebibyte) + " MB",
        _ => Format("0", bytes.Value / Mebibyte) + " MB",
    };

    /// <summary>A ratio such as "1.9×".</summary>
    public static string Times(double ratio) => Format(ratio < 10 ? "0.0" : "0", ratio) + "×";

    private static string Format(string format, double value) => value.ToString(format, CultureInfo.CurrentCulture);
}
