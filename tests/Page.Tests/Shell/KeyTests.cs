using System.Collections.Concurrent;
using System.Text;
using Lineup.Page.Tests.Browsing;
using Lineup.Page.Tests.Classify;
using Lineup.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lineup.Page.Tests.Shell;

public sealed class KeyTests(Browsers browsers, TinyModels models) : IDisposable
{
    private const string Key = "a key of sixteen and more";

    private readonly TestRepository _repository = new TestRepository().AddModel("tiny");

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Entered_OnThePage_GoesToTheApiAndNeverThroughTheCircuit()
    {
        await browsers.RequireAsync();
        await using var server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root, "--Lineup:Security:ApiKey", Key);
        await using var visit = await Visit.BeginAsync(browsers, server.Address);
        var frames = new ConcurrentQueue<string>();
        visit.Page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) => frames.Enqueue(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
        await visit.OpenChosenAsync("tiny", "original");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "API key" }).ClickAsync();
        await visit.Page.GetByLabel("Key", new() { Exact = true }).FillAsync(Key);
        await visit.AssertAccessibleAsync();
        await visit.ShowAsync("key");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        var request = await visit.Page.RunAndWaitForRequestAsync(() => visit.ChooseFilesAsync(Uploads.Red), "**/classify**");

        Assert.Equal(Key, await request.HeaderValueAsync("X-Api-Key"));
        Assert.NotEmpty(frames);
        Assert.DoesNotContain(frames, frame => frame.Contains(Key, StringComparison.Ordinal));
        await visit.AssertNoComplaintsAsync();
    }

    [Fact]
    public async Task NotConfigured_IsNotAskedFor()
    {
        await using var visit = await Visit.BeginAsync(browsers, models.Address);

        await visit.OpenAsync("/");

        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "API key" })).ToHaveCountAsync(0);
    }
}
