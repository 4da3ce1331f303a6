using Lineup.Page.Tests.Browsing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Shell;

public sealed class ThemeTests(Browsers browsers, TinyModels models)
{
    [Theory]
    [InlineData("desktop-light", "light")]
    [InlineData("desktop-dark", "dark")]
    public async Task Opened_WithoutAChoice_FollowsTheSystem(string screen, string theme)
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address, Screen.Named(screen));

        await visit.OpenAsync("/");

        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("data-theme", theme);
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Chosen_InTheMenu_HoldsFromTheFirstPaintOfTheNextVisit()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenAsync("/");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Appearance" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "dark" }).ClickAsync();
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");

        // What is there once the head has been read and before anything is painted.
        await visit.Page.AddInitScriptAsync("new MutationObserver((_, all) => { if (document.body) { window.themeAtBody ??= document.documentElement.dataset.theme; all.disconnect(); } }).observe(document, { childList: true, subtree: true });");
        await visit.Page.ReloadAsync();
        await visit.UntilInteractiveAsync();

        Assert.Equal("dark", await visit.Page.EvaluateAsync<string>("themeAtBody"));
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Appearance: dark" })).ToBeVisibleAsync();
        await visit.AssertNoComplaintsAsync();
    }

    [Fact]
    public async Task System_TurnsDark_ThePageFollows()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenAsync("/");

        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });

        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await visit.AssertStillAsync();
    }
}
