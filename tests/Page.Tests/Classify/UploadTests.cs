using Lineup.Page.Tests.Browsing;
using Lineup.Page.Tests.Shell;
using Lineup.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Classify;

public sealed class UploadTests(Browsers browsers, TinyModels models)
{
    [Fact]
    public async Task Chosen_OneVariant_ShowsPictureFiveClassesAndStages()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "original");

        await visit.ChooseFilesAsync(Uploads.Blue);

        var run = await visit.AnsweredAsync();
        await Expect(run.Locator("h3")).ToHaveTextAsync("original says blue.");
        await Expect(run.Locator(".class")).ToHaveCountAsync(5);
        await Expect(run.Best()).ToHaveTextAsync("blue");
        await Expect(run.Locator(".stages dt")).ToContainTextAsync(["receiving", "waiting, loading", "reading the picture", "computing", "everything else", "In all"]);
        await Expect(run.Locator("local-picture img")).ToHaveJSPropertyAsync("naturalWidth", 64);
        await visit.AssertNoComplaintsAsync();
    }

    [Fact]
    public async Task Chosen_SeveralAtOnce_AnswersEachInTheOrderGiven()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "original");

        await visit.ChooseFilesAsync(Uploads.Red, Uploads.Green, Uploads.Blue);

        await Expect(visit.Runs()).ToHaveCountAsync(3);
        await Expect((await visit.AnsweredAsync(0)).Best()).ToHaveTextAsync("red");
        await Expect((await visit.AnsweredAsync(1)).Best()).ToHaveTextAsync("green");
        await Expect((await visit.AnsweredAsync(2)).Best()).ToHaveTextAsync("blue");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Dropped_AnywhereOnThePage_IsClassified()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "original");

        await visit.DropAsync(Uploads.Green);

        await Expect((await visit.AnsweredAsync()).Best()).ToHaveTextAsync("green");
        await visit.AssertNoComplaintsAsync();
    }

    [Fact]
    public async Task Pasted_FromTheClipboard_IsClassified()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "original");

        await visit.PasteAsync(Uploads.Red);

        await Expect((await visit.AnsweredAsync()).Best()).ToHaveTextAsync("red");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Phone_Opened_OffersItsCamera()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address, Screen.Named("phone-light"));
        await visit.OpenChosenAsync("tiny");

        var camera = visit.Page.Locator("label", new() { HasText = "Take a photograph" });

        await Expect(camera).ToBeVisibleAsync();
        await Expect(camera.Locator("input")).ToHaveAttributeAsync("capture", "environment");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Sending_ALargeFileOverASlowLine_ShowsHowFarItIs()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "original");
        var line = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        await line.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 5, ["downloadThroughput"] = -1, ["uploadThroughput"] = 400_000 });

        await visit.ChooseFilesAsync(Uploads.Picture("noise.png", TestImages.Png(Raster.Noise(480, 480), PngColour.Rgb)));

        var bar = visit.Page.GetByRole(AriaRole.Progressbar);
        await Expect(bar).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".run-status")).ToContainTextAsync("Sending:");
        await visit.AnsweredAsync();
        await Expect(bar).ToHaveCountAsync(0);
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Removed_WhileOthersStay_Goes()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "original");
        await visit.ChooseFilesAsync(Uploads.Red, Uploads.Green);
        await visit.AnsweredAsync(1);

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Remove red.png" }).ClickAsync();

        await Expect(visit.Runs()).ToHaveCountAsync(1);
        await Expect(visit.Runs().First.Best()).ToHaveTextAsync("green");
        await visit.AssertStillAsync();
    }
}
