using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Observability;

public sealed class MetricsTests(FrontendFixture frontend)
{
    [Fact]
    public async Task Metrics_AfterRequests_HaveEachStageInBuckets()
    {
        var model = frontend.AddModel();
        for (var i = 0; i < 3; i++)
            (await frontend.Http.ClassifyAsync(model, Pictures.Red)).Dispose();

        var scrape = await UntilServedAsync(model, 3);

        foreach (var stage in (string[])["receive", "queue", "decode", "inference", "total", "end_to_end"])
        {
            (string, string)[] labels = [("model", model), ("variant", "original"), ("stage", stage)];
            Assert.Equal(3, scrape.Value("lineup_request_duration_seconds_count", labels));
            Assert.True(scrape.Value("lineup_request_duration_seconds_sum", labels) > 0);
            Assert.Equal(3, scrape.Value("lineup_request_duration_seconds_bucket", [.. labels, ("le", "+Inf")]));
            Assert.Single(scrape.Values("lineup_request_duration_seconds_bucket", [.. labels, ("le", "0.00025")]));
        }

        double Seconds(string stage) =>
            scrape.Value("lineup_request_duration_seconds_sum", ("model", model), ("variant", "original"), ("stage", stage));
        Assert.InRange(Seconds("queue") + Seconds("decode") + Seconds("inference"), 0, Seconds("total"));
        Assert.InRange(Seconds("receive") + Seconds("total"), 0, Seconds("end_to_end"));
    }

    [Fact]
    public async Task Metrics_AfterRequests_CountThemByOutcome()
    {
        var model = frontend.AddModel();
        (await frontend.Http.ClassifyAsync("tiny", Pictures.Red, "corrupt")).Dispose();
        (await frontend.Http.ClassifyAsync(model, Pictures.Red)).Dispose();
        (await frontend.Http.ClassifyAsync(model, [])).Dispose();
        (await frontend.Http.ClassifyAsync(model, TestImages.Photograph()[..^2000])).Dispose();
        (await frontend.Http.ClassifyAsync(model, Pictures.Red)).Dispose();

        var scrape = await UntilServedAsync(model, 2);

        Assert.Equal(2, scrape.Value("lineup_requests_total", ("model", model), ("variant", "original"), ("outcome", "ok")));
        Assert.Equal(1, scrape.Value("lineup_requests_total", ("model", model), ("variant", "original"), ("outcome", "invalid_image"), ("reason", "truncated")));
        Assert.True(scrape.Value("lineup_problems_total", ("code", "image_empty")) > 0);
        Assert.True(scrape.Value("lineup_requests_total", ("model", "tiny"), ("variant", "corrupt"), ("outcome", "not_ready"), ("reason", "load_failed")) > 0);
        Assert.Equal(1, scrape.Value("lineup_variant_failed", ("model", "tiny"), ("variant", "corrupt")));
        Assert.Equal(0, scrape.Value("lineup_variant_failed", ("model", model), ("variant", "original")));
        Assert.True(scrape.Value("lineup_model_load_failures_total", ("model", "tiny"), ("variant", "corrupt")) > 0);
    }

    [Fact]
    public async Task Metrics_EvaluatedVariant_HasItsAccuracyWithoutBeingLoaded()
    {
        var model = frontend.AddModel();
        frontend.Repository.AddVariant(model, "measured", new TinyModel(), Evaluated.Manifest("measured"));
        (string, string)[] labels = [("model", model), ("variant", "measured")];

        var scrape = await Scrape.UntilAsync(frontend.Http, "it is seen", scrape => scrape.Values("lineup_evaluation_top1", labels) is [_]);

        Assert.Equal(0.795, scrape.Value("lineup_evaluation_top1", labels), 1e-9);
        Assert.Equal(0.939, scrape.Value("lineup_evaluation_top5", labels), 1e-9);
        Assert.Equal(0.975, scrape.Value("lineup_evaluation_agreement", labels), 1e-9);
        Assert.Equal(1000, scrape.Value("lineup_evaluation_images", labels));
        Assert.True(scrape.Value("lineup_variant_file_bytes", labels) > 0);
        Assert.Empty(scrape.Values("lineup_evaluation_top1", ("model", model), ("variant", "original")));
    }

    [Fact]
    public async Task Metrics_LoadedVariant_HasItsGaugesUntilItIsUnloaded()
    {
        var model = frontend.AddModel();
        (string, string)[] labels = [("model", model), ("variant", "original")];
        (await frontend.Http.PostPathAsync($"/api/models/{model}/variants/original/load")).Dispose();

        var loaded = await Scrape.UntilAsync(frontend.Http, "it is loaded", scrape => scrape.Values("lineup_variant_loaded", labels) is [1]);

        Assert.Equal(0, loaded.Value("lineup_queue_depth", labels));
        Assert.Equal(0, loaded.Value("lineup_queue_predicted_wait_seconds", labels));
        Assert.Equal(0, loaded.Value("lineup_requests_in_flight", labels));
        Assert.True(loaded.Value("lineup_session_arena_bytes", labels) > 0);
        Assert.True(loaded.Value("lineup_session_bytes", labels) > 0);
        Assert.Equal(1, loaded.Value("lineup_model_load_duration_seconds_count", labels));
        (await frontend.Http.PostPathAsync($"/api/models/{model}/variants/original/unload")).Dispose();
        var unloaded = await Scrape.UntilAsync(frontend.Http, "it is unloaded", scrape => scrape.Values("lineup_variant_loaded", labels) is []);
        Assert.Empty(unloaded.Values("lineup_session_bytes", labels));
        Assert.Empty(unloaded.Values("lineup_queue_depth", labels));
    }

    [Fact]
    public async Task Metrics_UnknownModels_NeverBecomeLabels()
    {
        var name = $"unknown-{Guid.NewGuid():n}";
        using var classify = await frontend.Http.ClassifyAsync(name, Pictures.Red);
        using var variant = await frontend.Http.ClassifyAsync("tiny", Pictures.Red, name);
        using var get = await frontend.Http.GetPathAsync($"/api/models/{name}");
        using var load = await frontend.Http.PostPathAsync($"/api/models/{name}/variants/{name}/load");

        var known = frontend.AddModel();
        (await frontend.Http.ClassifyAsync(known, Pictures.Red)).Dispose();

        var scrape = await UntilServedAsync(known, 1);

        Assert.DoesNotContain(name, scrape.Text, StringComparison.Ordinal);
    }

    private Task<Scrape> UntilServedAsync(string model, int requests) => Scrape.UntilAsync(
        frontend.Http,
        $"{requests} requests have been served",
        scrape => scrape.Values("lineup_requests_total", ("model", model), ("outcome", "ok")) is [var count] && count == requests);
}
