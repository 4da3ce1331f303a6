using Lineup.Page.Tests.Browsing;
using Lineup.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Shell;

public sealed class EmptyRepositoryTests(Browsers browsers) : IDisposable
{
    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task NoModel_SaysHowToGetOneAndShowsItOnceItIsThere()
    {
        await browsers.RequireAsync();
        await using var server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root);
        await using var visit = await Visit.BeginAsync(browsers, server.Address);
        await visit.OpenAsync("/");
        await Expect(visit.Page.GetByText("There is no model yet")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await visit.ShowAsync("empty");

        _repository.AddModel("tiny");

        await Expect(visit.Page.Locator(".card h3")).ToHaveTextAsync("Tiny tiny");
        await visit.AssertNoComplaintsAsync();
    }
}
