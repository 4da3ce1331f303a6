using Lineup.Page.Tests.Browsing;
using Microsoft.Playwright;

namespace Lineup.Page.Tests.Classify;

/// <summary>The page Classify as a person finds their way on it.</summary>
internal static class ClassifyScreen
{
    public static Task ChooseAsync(this Visit visit, string model, string? variant = null) =>
        visit.Page.Locator($"label.chip[for='choice-{model}-{variant ?? "all"}']").ClickAsync();

    /// <summary>Opens the page with a choice in its address, and waits until pictures are taken.</summary>
    public static async Task OpenChosenAsync(this Visit visit, string model, string? variant = null)
    {
        await visit.OpenAsync($"/?model={model}{(variant is null ? "" : $"&variant={variant}")}");
        await visit.Page.Locator("html[data-listening]").WaitForAsync();
    }

    public static ILocator Runs(this Visit visit) => visit.Page.Locator("article.run");

    /// <summary>The picture that stands at a place, 0 for the uppermost, once its answer is complete.</summary>
    public static async Task<ILocator> AnsweredAsync(this Visit visit, int place = 0)
    {
        var run = visit.Runs().Nth(place);
        await Assertions.Expect(run).ToHaveAttributeAsync("aria-busy", "false");
        return run;
    }

    public static ILocator Column(this ILocator run, string variant) => run.Locator($"section[aria-label='{variant}']");

    public static ILocator Best(this ILocator answer) => answer.Locator(".class-label").First;

    public static ILocator Notice(this ILocator run) => run.GetByRole(AriaRole.Alert);

    public static ILocator Past(this Visit visit) => visit.Page.Locator(".past-item");
}
