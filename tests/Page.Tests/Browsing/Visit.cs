using System.Collections.Concurrent;
using Lineup.TestSupport;
using Microsoft.Playwright;

namespace Lineup.Page.Tests.Browsing;

/// <summary>One person's visit with a fresh browser profile. Keeps what the browser complains about.</summary>
internal sealed class Visit : IAsyncDisposable
{
    /// <summary>Notes what the page itself can see: violations of the policy, layout shifts, and the first paint.</summary>
    private const string Witness = """
        window.witness = { violations: [], shift: 0, moved: [], paint: null };
        const name = node => node ? `${node.nodeName.toLowerCase()}.${node.className ?? ''}` : 'something that is gone';
        addEventListener('securitypolicyviolation', e => witness.violations.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`));
        new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) { witness.shift += e.value; witness.moved.push(`${e.value.toFixed(4)}: ${e.sources.map(source => name(source.node)).join(', ')}`); } }).observe({ type: 'layout-shift', buffered: true });
        new PerformanceObserver(list => { for (const e of list.getEntries()) if (e.name === 'first-contentful-paint') witness.paint = e.startTime; }).observe({ type: 'paint', buffered: true });
        """;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    private Visit(IBrowserContext context, IPage page, Screen screen)
    {
        (_context, Page, Screen) = (context, page, screen);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Enqueue($"console {message.Type}: {message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => _complaints.Enqueue($"uncaught: {error}");

        // From the first listener on Playwright takes file choosers over. It tells the browser so without waiting, and a browser that has
        // not heard of it yet cancels a chooser at once: a test that began to listen only with the key that opens one lost this race.
        page.FileChooser += (_, _) => { };
    }

    public IPage Page { get; }

    public Screen Screen { get; }

    public static async Task<Visit> BeginAsync(Browsers browsers, Uri address, Screen? screen = null)
    {
        screen ??= Screen.Desktop;
        var options = screen.Options;
        options.BaseURL = address.ToString();
        var context = await (await browsers.RequireAsync()).NewContextAsync(options);
        await context.AddInitScriptAsync(Witness);
        return new(context, await context.NewPageAsync(), screen);
    }

    /// <summary>Opens a path and waits until its circuit has taken over.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await UntilInteractiveAsync();
    }

    public Task UntilInteractiveAsync() => Page.Locator("html[data-interactive]").WaitForAsync();

    /// <summary>Takes it for good that the browser complained of something that the test itself brought about.</summary>
    public void Forgive(string part)
    {
        var kept = _complaints.ToArray().Where(complaint => !complaint.Contains(part, StringComparison.Ordinal)).ToList();
        _complaints.Clear();
        kept.ForEach(_complaints.Enqueue);
    }

    /// <summary>Asserts that neither the console nor the policy has anything to say, and that nothing has moved by itself.</summary>
    /// <param name="mayHaveMoved">Somebody asked for something that takes room, such as a form or a job, which pushes on what is below it.</param>
    public async Task AssertNoComplaintsAsync(bool mayHaveMoved = false)
    {
        var violations = await Page.EvaluateAsync<string[]>("witness.violations");
        Assert.Empty(violations);
        Assert.Empty(_complaints);
        if (!mayHaveMoved)
            await AssertStillAsync();
    }

    /// <summary>
    /// Asserts that what is on screen has stayed where it was since the page was opened, but for what moved under a click or a key. Ten
    /// times stricter than what https://web.dev/articles/cls calls good, and over the whole visit: what is left is text that is a
    /// fraction of a pixel wider in another weight.
    /// </summary>
    public async Task AssertStillAsync() =>
        Assert.True(await ShiftAsync() < 0.01, string.Join('\n', await Page.EvaluateAsync<string[]>("witness.moved")));

    /// <summary>What has moved until now was asked for; from here on nothing may.</summary>
    public Task BeginStandingStillAsync() => Page.EvaluateAsync("Object.assign(witness, { shift: 0, moved: [] })");

    private Task<double> ShiftAsync() => Page.EvaluateAsync<double>("witness.shift");

    /// <summary>Time of the first contentful paint in milliseconds.</summary>
    /// <remarks>Asked for again and again from here: Playwright's own waiting evaluates text in the page, which the policy forbids.</remarks>
    public async Task<double> FirstPaintAsync() =>
        (await Poll.UntilAsync("the first paint", () => Page.EvaluateAsync<double?>("witness.paint"), paint => paint is not null))!.Value;

    /// <summary>Writes the whole page as a picture for people to look at.</summary>
    public async Task ShowAsync(string name)
    {
        // From the top, where what sticks to the screen's edge is in its place.
        await Page.EvaluateAsync("scrollTo({ top: 0, behavior: 'instant' })");
        await Page.ScreenshotAsync(new()
        {
            Path = Path.Combine(Artifacts.Folder, $"{name}-{Screen.Name}.png"),
            FullPage = true,
            Animations = ScreenshotAnimations.Disabled,
        });
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
