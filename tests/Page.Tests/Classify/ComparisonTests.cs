using Lineup.Page.Tests.Browsing;
using Lineup.Page.Tests.Shell;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Classify;

public sealed class ComparisonTests(Browsers browsers, TinyModels models)
{
    [Fact]
    public async Task Compare_VariantsThatDisagree_MarksWhoDiffersAndHow()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny");

        await visit.ChooseFilesAsync(Uploads.Blue);

        var run = await visit.AnsweredAsync();
        await Expect(run.Locator("h3")).ToHaveTextAsync("2 of 3 variants say blue, as the original does.");
        await Expect(run.Column("original").Locator(".column-verdict")).ToContainTextAsync("The reference");
        await Expect(run.Column("int8").Locator(".column-verdict")).ToContainTextAsync("Same answer");
        await Expect(run.Column("blind").Locator(".column-verdict")).ToContainTextAsync("Other answer");
        await Expect(run.Column("blind").Best()).ToContainTextAsync("red");
        await Expect(run.Column("blind").Locator(".class-mark").First).ToBeVisibleAsync();
        await Expect(run.Column("int8").Locator(".class-mark")).ToHaveCountAsync(0);
        await Expect(run.Column("int8").Locator(".column-figures dt")).ToHaveTextAsync(["Computing", "Speed", "In all", "Size", "Of original"]);
        await visit.AssertNoComplaintsAsync();
    }

    [Fact]
    public async Task Compare_AVariantThatCannotBeLoaded_IsNamedWithItsReason()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny");

        await visit.ChooseFilesAsync(Uploads.Red);

        var run = await visit.AnsweredAsync();
        await Expect(run.Locator(".skipped")).ToContainTextAsync("corrupt: ");
        await Expect(run.Locator(".skipped")).ToContainTextAsync("ONNX Runtime refuses the file");
        await Expect(run.Column("corrupt")).ToHaveCountAsync(0);
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Compare_WhileTheSlowestThinks_ShowsTheOthersAlready()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny");

        await visit.ChooseFilesAsync(Uploads.Green);

        var run = visit.Runs().First;
        await Expect(run.Column("original").Best()).ToHaveTextAsync("green");
        await Expect(run).ToHaveAttributeAsync("aria-busy", "true");
        await Expect(run.Locator(".column-awaited h4").Last).ToHaveTextAsync("slow");
        await visit.AnsweredAsync();
        await Expect(run.Column("slow").Best()).ToHaveTextAsync("green");
        await visit.AssertStillAsync();
    }
}
