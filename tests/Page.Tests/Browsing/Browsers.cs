using Lineup.Page.Tests.Browsing;
using Microsoft.Playwright;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Browsers))]

// Visits beside each other would tell of each other's times.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Lineup.Page.Tests.Browsing;

/// <summary>
/// The Chromium that is installed on this machine, started on first use. Where there is none a test that needs it skips and says so;
/// LINEUP_REQUIRE_BROWSER=1 makes that a failure, so that a build that ought to have one cannot pass by skipping.
/// </summary>
public sealed class Browsers : IAsyncLifetime
{
    private const string RequireVariable = "LINEUP_REQUIRE_BROWSER";

    /// <summary>How long a page may take to look as expected, in milliseconds; long enough for a machine that has other things to do.</summary>
    private const float ExpectTimeout = 30_000;

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
            Assertions.SetDefaultExpectTimeout(ExpectTimeout);
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
