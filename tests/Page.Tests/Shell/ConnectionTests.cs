using Lineup.Page.Tests.Browsing;
using Lineup.Page.Tests.Classify;
using Lineup.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Shell;

public sealed class ConnectionTests(Browsers browsers, TinyModels models) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private readonly TestRepository _repository = new TestRepository().AddModel("tiny", "original", "int8");

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Lost_WhileAPictureIsClassified_ReconnectsByItselfAndShowsTheAnswer()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);
        var isCut = false;
        IWebSocketRoute? line = null;
        await visit.Page.RouteWebSocketAsync("**/_blazor**", socket =>
        {
            if (isCut)
            {
                _ = socket.CloseAsync();
                return;
            }

            line = socket;
            socket.ConnectToServer();
        });
        await visit.OpenChosenAsync("tiny", "original");
        var banner = visit.Page.Locator("#components-reconnect-modal");

        isCut = true;
        await line!.CloseAsync();
        await Expect(banner).ToBeVisibleAsync();
        await Expect(banner).ToContainTextAsync("Reconnecting");
        await banner.AssertAccessibleAsync();
        await visit.ShowAsync("connection-lost");
        await visit.ChooseFilesAsync(Uploads.Blue);
        isCut = false;

        await Expect((await visit.AnsweredAsync()).Best()).ToHaveTextAsync("blue");
        await Expect(banner).ToBeHiddenAsync();
        await visit.AssertStillAsync();
    }

    [Fact]
    public async Task ServerRestarted_ReloadsByItselfAndKeepsChoiceAndAnswers()
    {
        await browsers.RequireAsync();
        var first = await ServerProcess.StartReadyAsync("Frontend", _repository.Root);
        await using var visit = await Visit.BeginAsync(browsers, first.Address);
        await visit.OpenChosenAsync("tiny", "int8");
        await visit.ChooseFilesAsync(Uploads.Green);
        await visit.AnsweredAsync();
        await Expect(visit.Past()).ToHaveCountAsync(1);
        var reloaded = new TaskCompletionSource();
        visit.Page.Load += (_, _) => reloaded.TrySetResult();

        await first.DisposeAsync();
        await Expect(visit.Page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await using var second = await ServerProcess.StartReadyAsync("Frontend", _repository.Root, "--urls", first.Address.ToString());

        await reloaded.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        await Expect(visit.Page.Locator(".choice-line p")).ToHaveTextAsync("Tiny tiny: int8 alone");
        await Expect((await visit.AnsweredAsync()).Best()).ToHaveTextAsync("green");
        await visit.AssertStillAsync();
    }
}
