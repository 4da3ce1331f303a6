using Microsoft.Playwright;

namespace Lineup.Page.Tests.Browsing;

/// <summary>What a visitor looks at: how wide, and light or dark.</summary>
public sealed record Screen(string Name, int Width, int Height, bool Dark, bool Touch)
{
    public static Screen Desktop { get; } = new("desktop-light", 1280, 900, Dark: false, Touch: false);

    /// <summary>Every screen that a page has to look right on.</summary>
    public static TheoryData<string> All { get; } = [.. Everyone.Select(screen => screen.Name)];

    private static Screen[] Everyone =>
    [
        Desktop,
        Desktop with { Name = "desktop-dark", Dark = true },
        new("phone-light", 360, 740, Dark: false, Touch: true),
        new("phone-dark", 360, 740, Dark: true, Touch: true),
    ];

    public static Screen Named(string name) => Everyone.Single(screen => screen.Name == name);

    internal BrowserNewContextOptions Options => new()
    {
        ViewportSize = new() { Width = Width, Height = Height },
        ColorScheme = Dark ? ColorScheme.Dark : ColorScheme.Light,
        HasTouch = Touch,
        IsMobile = Touch,
        ReducedMotion = ReducedMotion.NoPreference,
    };
}
