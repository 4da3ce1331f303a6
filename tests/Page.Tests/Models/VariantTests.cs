using Lineup.Page.Tests.Browsing;
using Lineup.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Models;

[Collection(ModelsScene.Name)]
public sealed class VariantTests(Browsers browsers, ModelsScene scene)
{
    [Theory]
    [MemberData(nameof(ModelsScene.Screens), MemberType = typeof(ModelsScene))]
    public async Task Variant_LoadedUnloadedAndDeleted_FollowsEachStep(string screen)
    {
        var title = scene.AddModel($"kept-{screen}", new TinyModel(), "original", "int8");
        await using var visit = await browsers.OpenModelsAsync(scene, screen);
        var int8 = visit.Sheet(title).Variant("int8");

        await int8.Button("Load int8").ClickAsync();
        await int8.SaysAsync("ready");
        await int8.Button("Unload int8").ClickAsync();
        await int8.SaysAsync("asleep");
        await visit.AssertStillAsync();
        await int8.Button("Delete int8").ClickAsync();

        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.SaysAsync("cannot be undone");
        await Expect(dialog.Button("Keep it")).ToBeFocusedAsync();
        await dialog.AssertAccessibleAsync();
        await visit.ShowAsync("models-delete");
        await visit.Page.Keyboard.PressAsync("Escape");
        await dialog.IsGoneAsync();
        await Expect(int8.Button("Delete int8")).ToBeFocusedAsync();
        await int8.Button("Delete int8").ClickAsync();
        await dialog.Button("Delete int8").ClickAsync();
        await int8.IsGoneAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true })).ToBeFocusedAsync();
        await Expect(visit.Sheet(title).Button("Delete original")).ToHaveCountAsync(0);
        await visit.AssertSoundAsync(visit.Sheet(title));
    }

    [Fact]
    public async Task Model_Deleted_IsGone()
    {
        var title = scene.AddModel("doomed", new TinyModel());
        await using var visit = await browsers.OpenModelsAsync(scene, Screen.Desktop.Name);

        await visit.Button($"Delete {title}").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).Button($"Delete {title}").ClickAsync();

        await visit.Sheet(title).IsGoneAsync();
    }

    [Theory]
    [MemberData(nameof(ModelsScene.Screens), MemberType = typeof(ModelsScene))]
    public async Task Load_BrokenFile_SaysWhyWhereItWasAsked(string screen)
    {
        await using var visit = await browsers.OpenModelsAsync(scene, screen);

        await visit.Sheet("Tiny resident").Variant("corrupt").GetByRole(AriaRole.Button, new() { NameRegex = new("[Ll]oad corrupt") }).ClickAsync();

        await visit.Sheet("Tiny resident").GetByRole(AriaRole.Alert).SaysAsync("could not be loaded");
        visit.Forgive("status of 503");
        await visit.AssertSoundAsync(visit.Sheet("Tiny resident"));
        await visit.ShowAsync("models-broken");
    }

    [Fact]
    public async Task Load_KeyMissing_AsksForItAndSendsItFromThenOn()
    {
        await using var visit = await browsers.OpenModelsAsync(scene, Screen.Desktop.Name);
        await visit.Page.RouteAsync("**/variants/original/load", async route =>
        {
            if (route.Request.Headers.ContainsKey("x-api-key"))
                await route.ContinueAsync();
            else
                await route.FulfillAsync(new() { Status = 401, ContentType = "application/problem+json", Body = """{"code":"key_missing","detail":"Send the API key."}""" });
        });

        var original = visit.Sheet("Tiny resident").Variant("original");
        await original.Button("Load original").ClickAsync();

        await visit.Page.GetByLabel("Key", new() { Exact = true }).FillAsync("a-key-that-is-long-enough");
        await visit.Button("Keep it").ClickAsync();
        await visit.Sheet("Tiny resident").GetByRole(AriaRole.Alert).SaysAsync("needs the API key");
        await original.Button("Load original").ClickAsync();
        await original.SaysAsync("ready");
        visit.Forgive("status of 401");
        await visit.AssertSoundAsync(visit.Sheet("Tiny resident"));
    }
}
