using System.Diagnostics;
using System.Diagnostics.Metrics;
using Lineup.Inference.Lanes;

namespace Lineup.Inference.Serving;

/// <summary>
/// What a silo's variants tell Prometheus; docs/metrics.md describes each. Label values are names of variants that exist in the
/// repository, so their number is bounded by it.
/// </summary>
public sealed class InferenceMetrics
{
    public const string MeterName = "Lineup.Inference";

    /// <summary>
    /// Renard's series (ISO 3): ten steps a decade where inference lies, so that a quantile is known within a quarter of itself, and
    /// five elsewhere.
    /// </summary>
    private static readonly double[] LatencyBuckets =
    [
        0.0001, 0.00016, 0.00025, 0.0004, 0.00063,
        0.001, 0.00125, 0.0016, 0.002, 0.0025, 0.00315, 0.004, 0.005, 0.0063, 0.008,
        0.01, 0.0125, 0.016, 0.02, 0.025, 0.0315, 0.04, 0.05, 0.063, 0.08,
        0.1, 0.16, 0.25, 0.4, 0.63, 1, 1.6, 2.5, 4, 6.3, 10,
    ];

    private static readonly double[] LoadBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _loadDuration;
    private readonly Counter<long> _loadFailures;

    public InferenceMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _duration = _meter.CreateHistogram(
            "lineup.request.duration", "s", "Time of a classification by stage; docs/metrics.md tells what belongs to each.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = LatencyBuckets });
        _requests = _meter.CreateCounter<long>("lineup.requests", "{request}", "Classifications by outcome and reason.");
        _loadDuration = _meter.CreateHistogram(
            "lineup.model.load.duration", "s", "Time from reading a variant's file to its first answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = LoadBuckets });
        _loadFailures = _meter.CreateCounter<long>("lineup.model.load.failures", "{load}", "Loads that ended in state failed.");
    }

    /// <summary>
    /// One request has been answered. A request for a variant that does not exist is not counted: its name is not ours. Bulk work is
    /// meant to wait, so its waits are stages of their own, and say nothing of what people see.
    /// </summary>
    public void Answered(string model, string variant, LanePriority priority, ClassificationOutcome outcome)
    {
        if (outcome.Status == ClassificationStatus.NotFound)
            return;
        _requests.Add(1, new TagList { { "model", model }, { "variant", variant }, { "outcome", Word(outcome.Status) }, { "reason", outcome.Cause } });
        if (outcome.Status != ClassificationStatus.Ok)
            return;

        var isBulk = priority == LanePriority.Bulk;
        Record(model, variant, isBulk ? "bulk_queue" : "queue", outcome.Times.Queue);
        if (!outcome.Times.DecodeShared)
            Record(model, variant, "decode", outcome.Times.Decode);
        Record(model, variant, "inference", outcome.Times.Inference);
        Record(model, variant, isBulk ? "bulk_total" : "total", outcome.Times.Total);
    }

    /// <summary>A frontend is about to send an answer with predictions, so that the variant is one that exists.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="variant">The variant's name.</param>
    /// <param name="priority">How urgent the request was.</param>
    /// <param name="receive">Reading the upload.</param>
    /// <param name="whole">From the request's headers to now: what the caller waits for, the network left out.</param>
    public void Served(string model, string variant, LanePriority priority, TimeSpan receive, TimeSpan whole)
    {
        Record(model, variant, "receive", receive);
        Record(model, variant, priority == LanePriority.Bulk ? "bulk_end_to_end" : "end_to_end", whole);
    }

    internal void Loaded(string model, string variant, TimeSpan time) =>
        _loadDuration.Record(time.TotalSeconds, new("model", model), new("variant", variant));

    internal void LoadFailed(string model, string variant) =>
        _loadFailures.Add(1, new("model", model), new KeyValuePair<string, object?>("variant", variant));

    /// <summary>Gauges are read from the hosts when somebody scrapes.</summary>
    internal void Observe(ServingGauges gauges) => gauges.AddTo(_meter);

    private void Record(string model, string variant, string stage, TimeSpan time) =>
        _duration.Record(time.TotalSeconds, new TagList { { "model", model }, { "variant", variant }, { "stage", stage } });

    private static string Word(ClassificationStatus status) => status switch
    {
        ClassificationStatus.Ok => "ok",
        ClassificationStatus.Loading => "loading",
        ClassificationStatus.NotReady => "not_ready",
        ClassificationStatus.Busy => "busy",
        ClassificationStatus.InvalidImage => "invalid_image",
        ClassificationStatus.DeadlineExceeded => "deadline_exceeded",
        ClassificationStatus.Cancelled => "cancelled",
        ClassificationStatus.NotFound => "not_found",
        _ => "failed",
    };
}
