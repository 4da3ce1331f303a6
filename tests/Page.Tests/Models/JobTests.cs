using Lineup.Page.Tests.Browsing;
using Lineup.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Models;

[Collection(ModelsScene.Name)]
public sealed class JobTests(Browsers browsers, ModelsScene scene)
{
    private static readonly TinyModel Compressible = new() { Classes = 20 };

    [Theory]
    [MemberData(nameof(ModelsScene.Screens), MemberType = typeof(ModelsScene))]
    public async Task Make_UploadedPictures_GivesVariantsThatCanBeLoaded(string screen)
    {
        var title = scene.AddModel($"made-{screen}", Compressible);
        await using var visit = await browsers.OpenModelsAsync(scene, screen);
        var sheet = visit.Sheet(title);
        await sheet.Button("Make variants").ClickAsync();
        await sheet.GetByRole(AriaRole.Checkbox, new() { NameRegex = new("^pruned-int8 ") }).CheckAsync();
        await sheet.GetByLabel("Weights to remove").FillAsync("60");
        await sheet.Locator("input[type=file]").SetInputFilesAsync(Pictures());
        await sheet.SaysAsync("12 pictures");
        await visit.AssertSoundAsync(sheet);
        await visit.ShowAsync(sheet, "models-make");

        await sheet.Button("Make them").ClickAsync();

        await sheet.SaysAsync("Variants are made");
        await sheet.Variant("int8").SaysAsync("Calibrated on");
        await sheet.Variant("pruned-60-int8").IsSeenAsync();
        await sheet.Button("Load int8").ClickAsync();
        await sheet.Variant("int8").SaysAsync("ready");
        await visit.AssertSoundAsync(sheet);
        await visit.ShowAsync(sheet, "models-made");
    }

    [Theory]
    [MemberData(nameof(ModelsScene.Screens), MemberType = typeof(ModelsScene))]
    public async Task Evaluate_UploadedArchive_ShowsTheResults(string screen)
    {
        var title = scene.AddModel($"measured-{screen}", Compressible, "original", "int8");
        await using var visit = await browsers.OpenModelsAsync(scene, screen);
        var sheet = visit.Sheet(title);
        await sheet.Button("Evaluate").First.ClickAsync();
        await sheet.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "mine.zip", MimeType = "application/zip", Buffer = TestArchive.Colours() });
        await sheet.GetByText("More options").ClickAsync();
        await sheet.GetByLabel("Cut out the centre without scaling").CheckAsync();
        await visit.AssertSoundAsync(sheet);
        await visit.ShowAsync(sheet, "models-evaluate");

        await sheet.Button("Evaluate").Last.ClickAsync();

        await sheet.SaysAsync("On 12 pictures of mine.zip");
        await sheet.Variant("int8").SaysAsync("100.0 %");
        await Expect(sheet.GetByRole(AriaRole.Link, new() { Name = "See them on the page Measure" })).ToBeVisibleAsync();
        await visit.AssertSoundAsync(sheet);
        await visit.ShowAsync(sheet, "models-evaluated");
    }

    [Theory]
    [MemberData(nameof(ModelsScene.Screens), MemberType = typeof(ModelsScene))]
    public async Task Job_PageReloadedWhileItRuns_IsFoundAgainAndCanBeCancelled(string screen)
    {
        var title = scene.AddModel($"long-{screen}", new TinyModel { ExtraWork = 50 });
        await using var visit = await browsers.OpenModelsAsync(scene, screen);
        var sheet = visit.Sheet(title);
        await sheet.Button("Evaluate").First.ClickAsync();
        await sheet.GetByLabel("Use a set on the server").CheckAsync();
        await sheet.GetByLabel("Set of pictures on the server").SelectOptionAsync("many.zip");
        await sheet.Button("Evaluate").Last.ClickAsync();
        await sheet.SaysAsync("of this step");

        await visit.OpenAsync("/models");

        await sheet.GetByRole(AriaRole.Group, new() { Name = "Job under way" }).IsSeenAsync();
        await Expect(sheet.Button("Make variants")).ToBeDisabledAsync();
        await visit.AssertSoundAsync(sheet);
        await visit.AssertStillAsync();
        await visit.ShowAsync(sheet, "models-job");
        await sheet.Button("Cancel").ClickAsync();
        await sheet.GetByRole(AriaRole.Heading, new() { Name = "Cancelled" }).IsSeenAsync();
        await Expect(sheet.Button("Make variants")).ToBeEnabledAsync();
        await visit.AssertSoundAsync(sheet);
    }

    [Theory]
    [MemberData(nameof(ModelsScene.Screens), MemberType = typeof(ModelsScene))]
    public async Task Job_EndsWhileSomebodyLooks_MovesNothing(string screen)
    {
        var title = scene.AddModel($"watched-{screen}", new TinyModel { ExtraWork = 50 }, "original", "int8");
        await using var visit = await browsers.OpenModelsAsync(scene, screen);
        var sheet = visit.Sheet(title);
        await sheet.Button("Evaluate").First.ClickAsync();
        await sheet.GetByLabel("Use a set on the server").CheckAsync();
        await sheet.GetByLabel("Set of pictures on the server").SelectOptionAsync("many.zip");
        await sheet.GetByText("More options").ClickAsync();
        await sheet.GetByLabel("How many pictures").FillAsync("60");
        await sheet.Button("Evaluate").Last.ClickAsync();
        await sheet.SaysAsync("of this step");
        await visit.BeginStandingStillAsync();

        await sheet.SaysAsync("On 60 pictures of many.zip");

        await visit.AssertStillAsync();
        await visit.AssertSoundAsync(sheet);
    }

    [Theory]
    [MemberData(nameof(ModelsScene.Screens), MemberType = typeof(ModelsScene))]
    public async Task Make_Refused_SaysWhyAndCanBeForcedWithTheSamePictures(string screen)
    {
        // An int8 that Lineup did not make is not replaced just like that.
        var title = scene.AddModel($"forced-{screen}", Compressible, "original", "int8");
        await using var visit = await browsers.OpenModelsAsync(scene, screen);
        var sheet = visit.Sheet(title);
        await sheet.Button("Make variants").ClickAsync();
        await sheet.Locator("input[type=file]").SetInputFilesAsync(Pictures());
        await sheet.SaysAsync("12 pictures");
        await sheet.Button("Make them").ClickAsync();
        await sheet.GetByRole(AriaRole.Alert).SaysAsync("was not made by Lineup");
        await visit.ShowAsync(sheet, "models-refused");

        await sheet.Button("Do it all the same").ClickAsync();

        await sheet.SaysAsync("Variants are made");
        await sheet.Variant("int8").SaysAsync("Calibrated on");
        await visit.AssertSoundAsync(sheet);
    }

    [Fact]
    public async Task Make_WithoutPictures_SaysWhatIsMissing()
    {
        var title = scene.AddModel("unmade", Compressible);
        await using var visit = await browsers.OpenModelsAsync(scene, Screen.Desktop.Name);
        var sheet = visit.Sheet(title);
        await sheet.Button("Make variants").ClickAsync();

        await sheet.Button("Make them").ClickAsync();

        await sheet.GetByRole(AriaRole.Alert).SaysAsync("Choose pictures");
        await visit.AssertSoundAsync(sheet);
    }

    [Fact]
    public async Task Make_ModelHasAJobAlready_SaysSoAndKeepsTheForm()
    {
        var title = scene.AddModel("contended", Compressible);
        await using var visit = await browsers.OpenModelsAsync(scene, Screen.Desktop.Name);
        await visit.Page.RouteAsync("**/contended/compress**", route => route.FulfillAsync(new()
        {
            Status = 409,
            ContentType = "application/problem+json",
            Body = """{"code":"model_busy","detail":"contended is being evaluated"}""",
        }));
        var sheet = visit.Sheet(title);
        await sheet.Button("Make variants").ClickAsync();
        await sheet.Locator("input[type=file]").SetInputFilesAsync(Pictures());
        await sheet.SaysAsync("12 pictures");

        await sheet.Button("Make them").ClickAsync();

        await sheet.GetByRole(AriaRole.Alert).SaysAsync("only one at a time");
        await sheet.SaysAsync("12 pictures");
        visit.Forgive("status of 409");
        await visit.AssertSoundAsync(sheet);
    }

    /// <summary>Four pictures of each colour that the model knows, as a person chooses them.</summary>
    private static FilePayload[] Pictures() =>
    [
        .. Enumerable.Range(0, 12).Select(i => new FilePayload
        {
            Name = $"{i}.png",
            MimeType = "image/png",
            Buffer = TestImages.Plain((byte)(i % 3 == 0 ? 250 - i : 10), (byte)(i % 3 == 1 ? 250 - i : 10), (byte)(i % 3 == 2 ? 250 - i : 10)),
        }),
    ];
}
