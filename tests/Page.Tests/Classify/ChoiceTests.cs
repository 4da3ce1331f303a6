using System.Text.RegularExpressions;
using Lineup.Page.Tests.Browsing;
using Lineup.Page.Tests.Shell;
using Lineup.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Classify;

public sealed partial class ChoiceTests(Browsers browsers, TinyModels models)
{
    [Fact]
    public async Task Page_NothingChosen_TakesNoPicturesAndSaysWhy()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);

        await visit.OpenAsync("/");

        await Expect(visit.Page.Locator("input[data-pictures]").First).ToBeDisabledAsync();
        await Expect(visit.Page.Locator(".drop-lead")).ToContainTextAsync("Choose a model first");
        await visit.Page.Locator("html[data-listening]").WaitForAsync();
        await visit.PasteAsync(Uploads.Red);
        await Expect(visit.Page.Locator(".drop-early")).ToBeVisibleAsync();
        await Expect(visit.Runs()).ToHaveCountAsync(0);
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Choose_AVariant_ShowsItAndPutsItIntoTheAddress()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenAsync("/");

        await visit.ChooseAsync("tiny", "int8");

        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"\?model=tiny&variant=int8$"));
        await Expect(visit.Page.Locator(".choice-line p")).ToHaveTextAsync("Tiny tiny: int8 alone");
        await Expect(visit.Page.Locator(".card:has(input:checked) .card-chosen")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".card-chosen:visible")).ToHaveCountAsync(1);
        await Expect(visit.Page.Locator("input[data-pictures]").First).ToBeEnabledAsync();
        await visit.AssertNoComplaintsAsync();
    }

    [Fact]
    public async Task Choose_ByKeyboard_WalksThroughAllChoices()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenAsync("/?model=tiny");

        await visit.Page.Locator("#choice-tiny-all").FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");

        await Expect(visit.Page.Locator("#choice-tiny-original")).ToBeFocusedAsync();
        await Expect(visit.Page.Locator(".choice-line p")).ToHaveTextAsync("Tiny tiny: original alone");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Keyboard_Alone_ChoosesClassifiesAndReadsTheAnswer()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenAsync("/");
        await visit.Page.Locator("html[data-listening]").WaitForAsync();
        var keys = visit.Page.Keyboard;

        // The focus begins at the heading.
        await keys.PressAsync("Tab");
        await keys.PressAsync("Space");
        await Expect(visit.Page.Locator(".drop-lead")).ToContainTextAsync("Drop photographs here");
        await TabToAsync(visit, visit.Page.Locator("input[data-pictures]").First);
        var chooser = await visit.Page.RunAndWaitForFileChooserAsync(() => keys.PressAsync("Enter"));
        await chooser.SetFilesAsync(Uploads.Green);
        var run = await visit.AnsweredAsync();
        await Expect(run.Best()).ToHaveTextAsync("green");
        await TabToAsync(visit, run.GetByRole(AriaRole.Button, new() { Name = "Remove green.png" }));
        await keys.PressAsync("Enter");

        await Expect(visit.Runs()).ToHaveCountAsync(0);
        await visit.AssertNoComplaintsAsync();
    }

    [Fact]
    public async Task Link_ToAVariant_OpensWithItChosenFromTheFirstPaint()
    {
        var page = await models.Http.GetStringAsync(new Uri("/?model=tiny&variant=blind", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Matches(CheckedBlind(), page);
        Assert.Contains("Tiny tiny: blind alone", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_ToWhatIsNotThere_SaysSo()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);

        await visit.OpenAsync("/?model=no-such-model");

        await Expect(visit.Page.Locator(".choice-line p")).ToContainTextAsync("“no-such-model”, which is not here");
        await Expect(visit.Page.Locator("input[data-pictures]").First).ToBeDisabledAsync();
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Card_OfAModelWithAFailedVariant_ShowsStateAndReason()
    {
        using var load = await models.Http.PostAsync(new Uri("/api/models/tiny/variants/corrupt/load", UriKind.Relative), null, TestContext.Current.CancellationToken);
        await using var visit = await Visit.BeginAsync(browsers, models.Address);

        await visit.OpenAsync("/");

        await Expect(visit.Page.Locator("label[for='choice-tiny-corrupt'] .state")).ToHaveTextAsync("failed");
        await Expect(visit.Page.Locator(".card-failed")).ToContainTextAsync("corrupt cannot be used: ONNX Runtime refuses the file");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Card_WhenAVariantBeginsToFail_StaysAsLarge()
    {
        await browsers.RequireAsync();
        using var repository = new TestRepository().AddModel("tiny", "original", "int8").AddCorrupt("tiny");
        await using var server = await ServerProcess.StartReadyAsync("Frontend", repository.Root);
        await using var visit = await Visit.BeginAsync(browsers, server.Address);
        await visit.OpenAsync("/");
        await Expect(visit.Page.Locator("label[for='choice-tiny-corrupt'] .state")).ToHaveTextAsync("asleep");
        var before = await visit.Page.Locator(".chip").EvaluateAllAsync<double[]>("chips => chips.map(chip => chip.getBoundingClientRect().right)");
        await visit.BeginStandingStillAsync();

        using var load = await server.Http.PostAsync(new Uri("/api/models/tiny/variants/corrupt/load", UriKind.Relative), null, TestContext.Current.CancellationToken);

        await Expect(visit.Page.Locator("label[for='choice-tiny-corrupt'] .state")).ToHaveTextAsync("failed");
        await Expect(visit.Page.Locator(".card-failed")).ToBeVisibleAsync();
        Assert.Equal(before, await visit.Page.Locator(".chip").EvaluateAllAsync<double[]>("chips => chips.map(chip => chip.getBoundingClientRect().right)"));
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>("witness.moved"));
    }

    [Fact]
    public async Task Chip_OfAVariantThatIsLoadedElsewhere_FollowsItsState()
    {
        using var unload = await models.Http.PostAsync(new Uri("/api/models/plain/variants/original/unload", UriKind.Relative), null, TestContext.Current.CancellationToken);
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenAsync("/");
        var state = visit.Page.Locator("label[for='choice-plain-original'] .state");
        await Expect(state).ToHaveTextAsync("asleep");

        using var load = await models.Http.PostAsync(new Uri("/api/models/plain/variants/original/load", UriKind.Relative), null, TestContext.Current.CancellationToken);

        await Expect(state).ToHaveTextAsync("ready");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task CopyLink_Clicked_CopiesTheAddressOfTheChoice()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await visit.OpenChosenAsync("tiny", "int8");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Copy a link to this choice" }).ClickAsync();

        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "The link is copied." })).ToBeVisibleAsync();
        Assert.Equal($"{models.Address}?model=tiny&variant=int8", await visit.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await visit.AssertStillAsync();
    }

    /// <summary>Walks to it as people without a mouse do.</summary>
    private static async Task TabToAsync(Visit visit, ILocator target)
    {
        for (var i = 0; i < 20 && !await target.EvaluateAsync<bool>("element => element === document.activeElement"); i++)
            await visit.Page.Keyboard.PressAsync("Tab");
        await Expect(target).ToBeFocusedAsync();
    }

    [GeneratedRegex("<input[^>]*id=\"choice-tiny-blind\"[^>]*\\schecked")]
    private static partial Regex CheckedBlind();
}
