using System.Security.Cryptography;
using System.Text;
using MudBlazor;

namespace Lineup.Frontend.Page.Theme;

/// <summary>
/// Both palettes as one style sheet, made once from <see cref="LineupTheme"/>. MudBlazor would write one of them into the page, which
/// needs inline style elements and a server that knows beforehand whether this visitor's system is dark.
/// </summary>
internal sealed class ThemeSheet
{
    public const string Path = "/theme.css";

    public ThemeSheet()
    {
        var css = Scoped(LineupTheme.With(LineupTheme.Light), ":root", "light") + Scoped(LineupTheme.With(LineupTheme.Dark), ":root[data-theme=dark]", "dark");
        Content = Encoding.UTF8.GetBytes(css);
        Address = $"{Path}?v={Convert.ToHexStringLower(SHA256.HashData(Content))[..12]}";
    }

    public byte[] Content { get; }

    /// <summary>Changes with the content, so that browsers may keep it for ever.</summary>
    public string Address { get; }

    private static string Scoped(MudTheme theme, string scope, string scheme) =>
        $"{scope} {{\n{Writer.Write(theme)}--mud-native-html-color-scheme: {scheme};\ncolor-scheme: {scheme};\n}}\n";

    /// <summary>Knows MudBlazor's names for the variables.</summary>
    private sealed class Writer : MudThemeProvider
    {
        public static string Write(MudTheme theme)
        {
            var css = new StringBuilder();
            new Writer { Theme = theme }.GenerateTheme(css);
            return css.ToString();
        }
    }
}

/// <summary>Serves the <see cref="ThemeSheet"/>.</summary>
internal static class ThemeHosting
{
    public static void MapThemeSheet(this IEndpointRouteBuilder endpoints) => endpoints.MapGet(ThemeSheet.Path, (ThemeSheet sheet, HttpResponse response) =>
    {
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Bytes(sheet.Content, "text/css; charset=utf-8");
    }).ExcludeFromDescription().WithMetadata(new Compressible());
}
