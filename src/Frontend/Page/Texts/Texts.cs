using System.Globalization;

namespace Lineup.Frontend.Page.Texts;

/// <summary>Puts values into the page's texts, which stand in Text.resx.</summary>
internal static class Texts
{
    public static string Say(string text, params ReadOnlySpan<object?> values) => string.Format(CultureInfo.CurrentCulture, text, values);
}
