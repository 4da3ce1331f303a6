using Lineup.Page.Tests.Browsing;

namespace Lineup.Page.Tests.Models;

[Collection(ModelsScene.Name)]
public sealed class PullTests(Browsers browsers, ModelsScene scene)
{
    [Theory]
    [MemberData(nameof(ModelsScene.Screens), MemberType = typeof(ModelsScene))]
    public async Task Pull_OfferOfTheCatalog_IsServedAtOnce(string screen)
    {
        var title = $"Tiny pulled-{screen}";
        await using var visit = await browsers.OpenModelsAsync(scene, screen);
        await visit.Offer(title).SaysAsync("71.9 %");

        await visit.Button($"Pull {title}").ClickAsync();

        await visit.Offer(title).SaysAsync("In the repository");
        await visit.Sheet(title).Variant("original").SaysAsync("as it was published");
        await visit.AssertSoundAsync(visit.Sheet(title));
        await visit.AssertAccessibleAsync();
        await visit.ShowAsync("models-pulled");
    }

    [Theory]
    [MemberData(nameof(ModelsScene.Screens), MemberType = typeof(ModelsScene))]
    public async Task Pull_CancelledWhileItRuns_GoesOnWhenAskedAgain(string screen)
    {
        var title = $"Tiny slow-{screen}";
        await using var visit = await browsers.OpenModelsAsync(scene, screen);
        await visit.Button($"Pull {title}").ClickAsync();
        await scene.Gate(screen).Asked;
        await visit.ShowAsync("models-pulling");
        await visit.AssertStillAsync();

        await visit.Button($"Cancel pulling {title}").ClickAsync();

        await visit.Offer(title).SaysAsync("What has come is kept");
        scene.Gate(screen).Open();
        await visit.Button($"Try again to pull {title}").ClickAsync();
        await visit.Offer(title).SaysAsync("In the repository");
        await visit.AssertSoundAsync(visit.Offer(title));
    }

    [Theory]
    [MemberData(nameof(ModelsScene.Screens), MemberType = typeof(ModelsScene))]
    public async Task Pull_WrongHash_SaysWhyAndOffersAnotherTry(string screen)
    {
        var title = $"Tiny mislabelled-{screen}";
        await using var visit = await browsers.OpenModelsAsync(scene, screen);

        await visit.Button($"Pull {title}").ClickAsync();

        await visit.Offer(title).GetByRole(Microsoft.Playwright.AriaRole.Alert).SaysAsync("sha256");
        await visit.Button($"Try again to pull {title}").IsSeenAsync();
        await visit.AssertSoundAsync(visit.Offer(title));
        await visit.ShowAsync("models-pull-failed");
    }
}
