using System.Text.Json;
using Lineup.Page.Tests.Browsing;
using Lineup.Page.Tests.Shell;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Classify;

public sealed class ProblemTests(Browsers browsers, TinyModels models)
{
    private const string Api = "**/api/models/**";

    [Fact]
    public async Task NotAPicture_SaysWhatIsReadAndOffersNoRetry()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "original");

        await visit.ChooseFilesAsync(Uploads.Picture("letter.png", "Dear photograph"u8.ToArray()));

        var notice = (await visit.AnsweredAsync()).Notice();
        await Expect(notice).ToContainTextAsync("That is not a picture this server can read");
        await Expect(notice).ToContainTextAsync("JPEG, PNG, WebP, GIF and BMP");
        await Expect(notice.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        visit.Forgive("415");
        await visit.AssertNoComplaintsAsync();
        await visit.AssertAccessibleAsync();
    }

    [Fact]
    public async Task TooLarge_SaysHowLargeItMayBeWithoutSendingIt()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "original");
        var sent = 0;
        await visit.Page.RouteAsync(Api, route =>
        {
            sent++;
            return route.ContinueAsync();
        });

        await visit.ChooseFilesAsync(Uploads.Picture("large.png", new byte[TinyModels.MaxBytes * 2]));

        await Expect((await visit.AnsweredAsync()).Notice()).ToContainTextAsync("It has 2.0 MB; up to 1.0 MB are taken.");
        Assert.Equal(0, sent);
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Damaged_SaysSo()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny");

        await visit.ChooseFilesAsync(Uploads.Picture("half.png", Uploads.Red.Buffer[..^30]));

        await Expect((await visit.AnsweredAsync()).Notice()).ToContainTextAsync("The picture is damaged or has too many pixels");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task Busy_CountsDownAndThenTriesAgainWithTheSamePicture()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "original");
        await AnswerAsync(visit, 429, new { title = "The variant is busy", code = "busy", retryAfterMs = 2000 });
        await visit.ChooseFilesAsync(Uploads.Blue);
        var run = await visit.AnsweredAsync();
        await Expect(run.Notice()).ToContainTextAsync("The cluster is busy");
        var retry = run.Notice().GetByRole(AriaRole.Button);
        await Expect(retry).ToBeDisabledAsync();
        await Expect(retry).ToHaveTextAsync("Try again in 1 s");
        await visit.Page.UnrouteAsync(Api);

        await Expect(retry).ToHaveTextAsync("Try again");
        await retry.ClickAsync();

        await Expect(run.Best()).ToHaveTextAsync("blue");
        await Expect(run.Notice()).ToHaveCountAsync(0);
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task StillLoading_SaysWhatItWaitsFor()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "int8");
        await AnswerAsync(visit, 503, new { title = "The variant is loading", code = "loading", retryAfterMs = 500 });

        await visit.ChooseFilesAsync(Uploads.Blue);

        var notice = (await visit.AnsweredAsync()).Notice();
        await Expect(notice).ToContainTextAsync("The model is still being loaded");
        await Expect(notice).ToContainTextAsync("tiny/int8 is read from the disk, checked and warmed up.");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task ServerUnreachable_KeepsThePictureForAnotherTry()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny");
        await visit.Page.RouteAsync(Api, route => route.AbortAsync());
        await visit.ChooseFilesAsync(Uploads.Green);
        var run = await visit.AnsweredAsync();
        await Expect(run.Notice()).ToContainTextAsync("The server cannot be reached");
        await visit.Page.UnrouteAsync(Api);

        await run.Notice().GetByRole(AriaRole.Button).ClickAsync();

        await Expect(run.Column("original").Best()).ToHaveTextAsync("green");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task StreamBrokenOff_IsNotTakenForAWholeComparison()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny");
        await visit.Page.RouteAsync(Api, route => route.FulfillAsync(new() { ContentType = "text/event-stream", Body = "event: skipped\ndata: {\"variant\":\"int8\",\"reason\":\"gone\"}\n\n" }));

        await visit.ChooseFilesAsync(Uploads.Green);

        await Expect((await visit.AnsweredAsync()).Notice()).ToContainTextAsync("The server cannot be reached");
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task VariantThatFails_GivesItsReason()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        await visit.OpenChosenAsync("tiny", "corrupt");

        await visit.ChooseFilesAsync(Uploads.Red);

        var notice = (await visit.AnsweredAsync()).Notice();
        await Expect(notice).ToContainTextAsync("The model cannot be used");
        await Expect(notice).ToContainTextAsync("ONNX Runtime refuses the file");
        await visit.AssertStillAsync();
    }

    private static async Task AnswerAsync(Visit visit, int status, object problem) => await visit.Page.RouteAsync(Api, route => route.FulfillAsync(new()
    {
        Status = status,
        ContentType = "application/problem+json",
        Body = JsonSerializer.Serialize(problem),
    }));
}
