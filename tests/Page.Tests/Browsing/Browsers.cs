using Lineup.Page.Tests.Browsing;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Browsers))]

namespace Lineup.Page.Tests.Browsing;

/// <summary>
/// The Chromium that is installed on this machine, started on first use. Where there is none a test that needs it skips and says so;
/// LINEUP_REQUIRE_BROWSER=1 makes that a failure, so that a build that ought to have one cannot pass by skipping.
/// </summary>
public sealed class Browsers : IAsyncLifetime
{
    private const string RequireVariable = "LINEUP_REQUIRE_BROWSER";

    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome", "chrome.exe"];

    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal async Task<IBrowser> RequireAsync()
    {
        var program = Find();
        if (program is null)
        {
            const string Reason = "no Chromium on the PATH (Debian: apt-get install chromium)";
            Assert.SkipUnless(Environment.GetEnvironmentVariable(RequireVariable) == "1", Reason);
            Assert.Fail($"{Reason} ({RequireVariable}=1 makes this a failure)");
        }

        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program });
        }
        finally
        {
            _starting.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
        _starting.Dispose();
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Programs.Select(program => Path.Combine(folder, program)))
        .FirstOrDefault(File.Exists);
}
