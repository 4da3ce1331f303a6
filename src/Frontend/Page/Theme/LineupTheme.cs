using MudBlazor;

namespace Lineup.Frontend.Page.Theme;

/// <summary>
/// Colours, type and shape of the page: the one place for all of it. Every pair of text and background keeps a contrast of 4.5 to 1 or
/// more (WCAG 2.2, 1.4.3).
/// </summary>
internal static class LineupTheme
{
    public static PaletteLight Light { get; } = new()
    {
        Black = "#16181d",
        Primary = "#3b3fb6",
        PrimaryContrastText = "#ffffff",
        Secondary = "#0b6e5b",
        SecondaryContrastText = "#ffffff",
        Tertiary = "#7a3e9d",
        Success = "#0b6e4f",
        Warning = "#8a4b00",
        Error = "#b3261e",
        Info = "#1d5fa8",
        Background = "#f7f7f9",
        BackgroundGray = "#eeeff3",
        Surface = "#ffffff",
        AppbarBackground = "#ffffff",
        AppbarText = "#16181d",
        DrawerBackground = "#ffffff",
        TextPrimary = "#16181d",
        TextSecondary = "#565b69",
        TextDisabled = "#6d7280",
        ActionDefault = "#565b69",
        ActionDisabled = "#6d7280",
        ActionDisabledBackground = "#e6e7ec",
        LinesDefault = "#e0e2e8",
        LinesInputs = "#8a90a0",
        Divider = "#e0e2e8",
        TableLines = "#e0e2e8",
        TableHover = "#f2f3f7",
    };

    public static PaletteDark Dark { get; } = new()
    {
        Black = "#0d0f14",
        Primary = "#a9b0ff",
        PrimaryContrastText = "#14163a",
        Secondary = "#6fd8bf",
        SecondaryContrastText = "#05271f",
        Tertiary = "#d9a8f5",
        Success = "#6fd6a5",
        Warning = "#f2b661",
        Error = "#ff9b91",
        ErrorContrastText = "#3b0a06",
        Info = "#8cc3ff",
        Background = "#101218",
        BackgroundGray = "#222632",
        Surface = "#191c24",
        AppbarBackground = "#151820",
        AppbarText = "#eceef4",
        DrawerBackground = "#151820",
        TextPrimary = "#eceef4",
        TextSecondary = "#a6acba",
        TextDisabled = "#8b91a0",
        ActionDefault = "#a6acba",
        ActionDisabled = "#8b91a0",
        ActionDisabledBackground = "#272b36",
        LinesDefault = "#2c313d",
        LinesInputs = "#737a8a",
        Divider = "#2c313d",
        TableLines = "#2c313d",
        TableHover = "#20242e",
    };

    /// <summary>The machine's own typeface: nothing to download, and no text that jumps when it has come.</summary>
    private static readonly string[] Typeface = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"];

    public static MudTheme With(Palette palette) => new()
    {
        PaletteLight = palette,
        Typography = new() { Default = { FontFamily = Typeface }, Button = { FontFamily = Typeface, TextTransform = "none" } },
        LayoutProperties = new() { DefaultBorderRadius = "10px" },
    };
}
