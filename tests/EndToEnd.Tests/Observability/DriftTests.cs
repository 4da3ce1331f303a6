using System.Net;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Observability;

/// <summary>A frontend that holds every answer of a variant against the original's.</summary>
public sealed class DriftTests : IAsyncLifetime
{
    private readonly TestRepository _repository = new TestRepository()
        .AddModel("tiny", "original", "good")
        .AddVariant("tiny", "blind", new TinyModel { BlindTo = 2 });

    private ServerProcess? _server;

    private HttpClient Http => _server!.Http;

    public async ValueTask InitializeAsync() =>
        _server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root, "--Lineup:Drift:Share", "1", "--Lineup:Drift:Patience", "00:00:20");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _repository.Dispose();
    }

    [Fact]
    public async Task Classify_VariantThatErrs_IsCountedAsDisagreeing()
    {
        await ClassifyAsync("original", Pictures.Blue);
        await ClassifyAsync("blind", Pictures.Blue);
        await ClassifyAsync("blind", Pictures.Red);
        await ClassifyAsync("good", Pictures.Blue);

        var scrape = await Scrape.UntilAsync(Http, "three answers are checked", now => now.Values("lineup_drift_checks_total").Sum() == 3);

        Assert.Equal(1, Checks(scrape, "blind", "disagreed"));
        Assert.Equal(1, Checks(scrape, "blind", "agreed"));
        Assert.Equal(1, Checks(scrape, "good", "agreed"));
        Assert.Empty(scrape.Values("lineup_drift_checks_total", ("variant", "original")));
        Assert.Equal(1, scrape.Value("lineup_requests_total", ("variant", "original"), ("outcome", "ok")));
    }

    [Fact]
    public async Task Classify_OriginalIsNotLoaded_IsSkippedAndStaysUnloaded()
    {
        await ClassifyAsync("blind", Pictures.Red);

        var scrape = await Scrape.UntilAsync(Http, "the check is over", now => now.Values("lineup_drift_checks_total").Sum() == 1);

        Assert.Equal(1, Checks(scrape, "blind", "skipped"));
        Assert.Empty(scrape.Values("lineup_variant_loaded", ("variant", "original")));
    }

    private async Task ClassifyAsync(string variant, byte[] picture)
    {
        using var response = await Http.ClassifyAsync("tiny", picture, variant);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static double Checks(Scrape scrape, string variant, string result) =>
        scrape.Value("lineup_drift_checks_total", ("model", "tiny"), ("variant", variant), ("result", result));
}
