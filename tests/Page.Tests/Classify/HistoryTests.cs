using Lineup.Page.Tests.Browsing;
using Lineup.Page.Tests.Shell;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Classify;

public sealed class HistoryTests(Browsers browsers, TinyModels models)
{
    [Fact]
    public async Task Reload_AfterAnAnswer_ShowsItAgainWithItsPicture()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny");
        await visit.ChooseFilesAsync(Uploads.Blue);
        await visit.AnsweredAsync();
        await Expect(visit.Past()).ToHaveCountAsync(1);

        await visit.Page.ReloadAsync();

        var run = await visit.AnsweredAsync();
        await Expect(run.Column("blind").Best()).ToContainTextAsync("red");
        await Expect(run.Locator("local-picture img")).ToHaveJSPropertyAsync("naturalWidth", 64);
        await visit.AssertNoComplaintsAsync();
    }

    [Fact]
    public async Task NewTab_InTheSameBrowser_ListsThePastAndOpensIt()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "int8");
        await visit.ChooseFilesAsync(Uploads.Green);
        await visit.AnsweredAsync();
        await Expect(visit.Past()).ToHaveCountAsync(1);

        var tab = await visit.Page.Context.NewPageAsync();
        await tab.GotoAsync("/");
        await Expect(tab.Locator("article.run")).ToHaveCountAsync(0);
        await tab.GetByRole(AriaRole.Button, new() { Name = "Show green.png again: green tiny/int8" }).ClickAsync();

        await Expect(tab.Locator("article.run h3")).ToHaveTextAsync("int8 says green.");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Cleared_AfterAsking_IsGone()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "int8");
        await visit.ChooseFilesAsync(Uploads.Green);
        await visit.AnsweredAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Clear", Exact = true }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Yes, clear" }).ClickAsync();

        await Expect(visit.Past()).ToHaveCountAsync(0);
        Assert.Null(await visit.Page.EvaluateAsync<string?>("localStorage.getItem('lineup.history')"));
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task OtherBrowser_SeesNothingOfIt()
    {
        await using var one = await Visit.BeginAsync(browsers, models.Address);
        await one.OpenChosenAsync("tiny", "int8");
        await one.ChooseFilesAsync(Uploads.Green);
        await one.AnsweredAsync();
        await Expect(one.Past()).ToHaveCountAsync(1);

        await using var other = await Visit.BeginAsync(browsers, models.Address);
        await other.OpenChosenAsync("tiny", "int8");

        await Expect(other.Past()).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Picture_OnItsWayAround_NeverPassesThroughTheCircuit()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        var largest = 0;
        visit.Page.WebSocket += (_, socket) =>
        {
            socket.FrameSent += (_, frame) => largest = Math.Max(largest, frame.Binary?.Length ?? frame.Text?.Length ?? 0);
        };
        await visit.OpenChosenAsync("plain", "original");

        await visit.ChooseFilesAsync(Uploads.Picture("noise.png", Lineup.TestSupport.TestImages.Png(Lineup.TestSupport.Raster.Noise(400, 400))));
        await visit.AnsweredAsync();
        await Expect(visit.Past()).ToHaveCountAsync(1);

        Assert.InRange(largest, 1, 32 * 1024);
        await visit.AssertStillAsync();
    }
}
