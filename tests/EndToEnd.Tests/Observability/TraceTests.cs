using System.Net;
using System.Text.Json;
using Lineup.EndToEnd.Tests.Clustering;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Observability;

/// <summary>A frontend and a silo that send their traces to a collector.</summary>
public sealed class TraceTests : IAsyncLifetime
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Caller = "00f067aa0ba902b7";

    private readonly TestRepository _repository = new TestRepository().AddModel("tiny").AddCorrupt("tiny");
    private readonly TraceListener _listener = new();
    private ServerProcess? _silo;
    private ServerProcess? _frontend;

    public async ValueTask InitializeAsync()
    {
        var (silo, gateway) = Ports.TakeTwo();
        string[] settings = [.. _listener.Settings, "--Lineup:Observability:JsonLogs", "true"];
        _silo = await ServerProcess.StartAsync("Silo", _repository.Root, ["--Lineup:Silo:SiloPort", $"{silo}", "--Lineup:Silo:GatewayPort", $"{gateway}", .. settings]);
        _frontend = await ServerProcess.StartReadyAsync("Frontend", _repository.Root, ["--Lineup:Cluster:Gateways:0", $"127.0.0.1:{gateway}", .. settings]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_frontend is not null)
            await _frontend.DisposeAsync();
        if (_silo is not null)
            await _silo.DisposeAsync();
        _listener.Dispose();
        _repository.Dispose();
    }

    [Fact]
    public async Task Classify_CallerSendsItsTrace_IsFollowedFromUploadToRun()
    {
        await ClassifyAsync("original", HttpStatusCode.OK);

        var spans = await UntilSpansAsync("inference");

        string[] stages = ["queue", "decode", "inference"];
        Assert.All(stages, stage => Assert.Equal(["lineup-silo"], spans.Where(span => span.Name == stage).Select(span => span.Service)));
        foreach (var stage in stages)
        {
            var way = Ancestors(spans, spans.Single(span => span.Name == stage)).ToList();
            Assert.Equal(["lineup-silo", "lineup-frontend", "lineup-frontend"], way.Select(span => span.Service));
            Assert.Contains("Classify", way[0].Name, StringComparison.Ordinal);
            Assert.Equal(Caller, way[^1].Parent);
        }
    }

    [Fact]
    public async Task Classify_Traced_LeavesItsTraceInHistogramsAndLogs()
    {
        await ClassifyAsync("original", HttpStatusCode.OK);
        await ClassifyAsync("corrupt", HttpStatusCode.ServiceUnavailable);

        var metrics = await Poll.UntilAsync(
            "the histogram has an exemplar", OpenMetricsAsync, text => text.Contains($"trace_id=\"{Trace}\"", StringComparison.Ordinal));

        Assert.Contains(
            metrics.Split('\n'),
            line => line.StartsWith("lineup_request_duration_seconds_bucket", StringComparison.Ordinal) && line.Contains(Trace, StringComparison.Ordinal));
        var entry = await Poll.UntilAsync(
            "the silo has logged the failed load", () => Task.FromResult(FailedLoad()), found => found is not null, show: _ => _silo!.Log);
        Assert.Equal(("Warning", "corrupt"), (entry!.Value.Text("LogLevel"), entry.Value.GetProperty("State").Text("Variant")));
        Assert.Contains(Trace, entry.Value.GetProperty("Scopes").ToString(), StringComparison.Ordinal);
    }

    private JsonElement? FailedLoad()
    {
        var line = _silo!.Log.Split('\n').FirstOrDefault(line => line.Contains("cannot be served", StringComparison.Ordinal));
        return line is null ? null : JsonDocument.Parse(line).RootElement;
    }

    private async Task ClassifyAsync(string variant, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _frontend!.Http.At($"/api/models/tiny/variants/{variant}/classify"))
        {
            Content = Calls.Raw(Pictures.Red, "image/png"),
            Headers = { { "traceparent", $"00-{Trace}-{Caller}-01" } },
        };
        using var response = await _frontend.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
    }

    private async Task<string> OpenMetricsAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _silo!.Http.At("/metrics")) { Headers = { { "Accept", "application/openmetrics-text; version=1.0.0" } } };
        using var response = await _silo.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private async Task<List<Span>> UntilSpansAsync(string stage)
    {
        var spans = await Poll.UntilAsync(
            "all spans have come",
            () => Task.FromResult(_listener.Spans.Where(span => span.TraceId == Trace).ToList()),
            spans => spans.Any(span => span.Name == stage) && spans.Any(span => span.Parent == Caller),
            show: spans => string.Join('\n', spans));
        return spans;
    }

    private static IEnumerable<Span> Ancestors(List<Span> spans, Span span)
    {
        for (var one = spans.Find(candidate => candidate.Id == span.Parent); one is not null; one = spans.Find(candidate => candidate.Id == one.Parent))
            yield return one;
    }
}
