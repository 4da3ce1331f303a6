using Lineup.Page.Tests.Browsing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Models;

/// <summary>What a visitor of the page Models can point at.</summary>
internal static class ModelsVisit
{
    /// <summary>Machines that run tests may be busy.</summary>
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 60_000 };

    public static async Task<Visit> OpenModelsAsync(this Browsers browsers, ModelsScene scene, string screen)
    {
        var visit = await Visit.BeginAsync(browsers, scene.Address, Screen.Named(screen));
        visit.Page.SetDefaultTimeout(60_000);
        await visit.OpenAsync("/models");
        return visit;
    }

    public static ILocator Sheet(this Visit visit, string title) => visit.Page.GetByRole(AriaRole.Region, new() { Name = title, Exact = true });

    public static ILocator Offer(this Visit visit, string title) => visit.Page.GetByRole(AriaRole.Article, new() { Name = title, Exact = true });

    public static ILocator Variant(this ILocator sheet, string name) =>
        sheet.GetByRole(AriaRole.Row).Filter(new() { Has = sheet.Page.GetByRole(AriaRole.Rowheader, new() { NameRegex = new($"^{name} ") }) });

    public static ILocator Button(this ILocator within, string name) => within.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static ILocator Button(this Visit visit, string name) => visit.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static Task IsSeenAsync(this ILocator what) => Expect(what).ToBeVisibleAsync(Patient);

    public static Task IsGoneAsync(this ILocator what) => Expect(what).ToHaveCountAsync(0, new() { Timeout = 60_000 });

    public static Task SaysAsync(this ILocator what, string text) => Expect(what).ToContainTextAsync(text, new() { Timeout = 60_000 });

    /// <summary>Writes a part of the page as a picture for people to look at.</summary>
    public static Task ShowAsync(this Visit visit, ILocator part, string name) => part.ScreenshotAsync(new()
    {
        Path = Path.Combine(Artifacts.Folder, $"{name}-{visit.Screen.Name}.png"),
        Animations = ScreenshotAnimations.Disabled,
    });

    /// <summary>Nothing that the browser, the policy or axe-core objects to, and nothing wider than the screen.</summary>
    /// <param name="visit">Whose page it is.</param>
    /// <param name="part">What axe-core looks at. The page as a whole, with the models of all tests on it, takes it many times as long.</param>
    public static async Task AssertSoundAsync(this Visit visit, ILocator part)
    {
        Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "it is wider than the screen");

        // At the top, where the bar lies upon nothing that a finger could want.
        await visit.Page.EvaluateAsync("scrollTo(0, 0)");
        await part.AssertAccessibleAsync();
        await visit.AssertNoComplaintsAsync(mayHaveMoved: true);
    }
}
