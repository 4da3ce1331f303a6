using Lineup.Page.Tests.Browsing;
using Lineup.Page.Tests.Classify;
using Lineup.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Shell;

/// <summary>The page over far more models than a person has: it stays usable, and what goes through its circuit stays bounded.</summary>
public sealed class ManyModelsTests(Browsers browsers) : IDisposable
{
    private const int Models = 200;

    /// <summary>What the browser may send its circuit at once, in bytes: a sixteenth of the limit.</summary>
    private const int Longest = 64 << 10;

    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Pages_OverTwoHundredModels_OpenAndAnswer()
    {
        await browsers.RequireAsync();
        for (var i = 0; i < Models; i++)
            _repository.AddModel($"model-{i:000}", "original", "int8", "pruned");
        await using var server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root);
        await using var visit = await Visit.BeginAsync(browsers, server.Address);
        var longest = 0;
        visit.Page.WebSocket += (_, socket) =>
        {
            socket.FrameSent += (_, frame) => longest = Math.Max(longest, frame.Binary?.Length ?? frame.Text?.Length ?? 0);
        };

        await visit.OpenAsync("/models");
        await Expect(visit.Page.Locator("table.variants")).ToHaveCountAsync(Models);
        await visit.OpenAsync("/measure?model=model-123");
        await Expect(visit.Page.Locator(".measured-model")).ToHaveTextAsync("Tiny model-123");
        await visit.OpenChosenAsync("model-199");
        await Expect(visit.Page.Locator(".card")).ToHaveCountAsync(Models);
        await visit.ChooseFilesAsync(Uploads.Green);

        await Expect((await visit.AnsweredAsync()).Column("pruned").Best()).ToHaveTextAsync("green");
        TestContext.Current.TestOutputHelper?.WriteLine($"longest message to the circuit: {longest} bytes");
        Assert.InRange(longest, 1, Longest);
        await visit.AssertNoComplaintsAsync();
    }
}
