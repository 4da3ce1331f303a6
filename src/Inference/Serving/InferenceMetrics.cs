using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Lineup.Inference.Serving;

/// <summary>
/// What a silo's variants tell Prometheus; docs/metrics.md describes each. Label values are names of variants that exist in the
/// repository, so their number is bounded by it.
/// </summary>
public sealed class InferenceMetrics
{
    public const string MeterName = "Lineup.Inference";

    // From a fast int8 run on one core to the default deadline.
    private static readonly double[] LatencyBuckets =
        [0.00025, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.006, 0.008, 0.012, 0.016, 0.025, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10];

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
            "lineup.request.duration", "s", "Time of a classification by stage: queue, decode, inference, total.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = LatencyBuckets });
        _requests = _meter.CreateCounter<long>("lineup.requests", "{request}", "Classifications by outcome.");
        _loadDuration = _meter.CreateHistogram(
            "lineup.model.load.duration", "s", "Time from reading a variant's file to its first answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = LoadBuckets });
        _loadFailures = _meter.CreateCounter<long>("lineup.model.load.failures", "{load}", "Loads that ended in state failed.");
    }

    /// <summary>One request has been answered. A request for a variant that does not exist is not counted: its name is not ours.</summary>
    public void Answered(string model, string variant, ClassificationOutcome outcome)
    {
        if (outcome.Status == ClassificationStatus.NotFound)
            return;
        _requests.Add(1, new("model", model), new("variant", variant), new("outcome", Word(outcome.Status)));
        if (outcome.Status != ClassificationStatus.Ok)
            return;

        Record("queue", outcome.Times.Queue);
        if (!outcome.Times.DecodeShared)
            Record("decode", outcome.Times.Decode);
        Record("inference", outcome.Times.Inference);
        Record("total", outcome.Times.Total);

        void Record(string stage, TimeSpan time)
        {
            var tags = new TagList { { "model", model }, { "variant", variant }, { "stage", stage } };
            _duration.Record(time.TotalSeconds, tags);
        }
    }

    internal void Loaded(string model, string variant, TimeSpan time) =>
        _loadDuration.Record(time.TotalSeconds, new("model", model), new("variant", variant));

    internal void LoadFailed(string model, string variant) =>
        _loadFailures.Add(1, new("model", model), new KeyValuePair<string, object?>("variant", variant));

    /// <summary>Gauges are read from the hosts when somebody scrapes.</summary>
    internal void Observe(Func<IEnumerable<VariantHost>> hosts)
    {
        _meter.CreateObservableGauge("lineup.queue.depth", () => Loaded((_, now) => now.Waiting), "{request}", "Pictures waiting for a lane.");
        _meter.CreateObservableGauge("lineup.variant.loaded", () => Loaded((_, _) => 1), "{variant}", "1 for each variant in memory.");
        _meter.CreateObservableGauge(
            "lineup.session.bytes", () => Loaded((_, now) => now.SessionBytes ?? 0), "By",
            "Growth of resident memory while the variant was loaded (an estimate).");

        IEnumerable<Measurement<long>> Loaded(Func<VariantHost, VariantSnapshot, long> value)
        {
            foreach (var host in hosts())
            {
                var now = host.Snapshot();
                if (now.LoadTime is not null)
                    yield return new(value(host, now), new("model", host.Model), new KeyValuePair<string, object?>("variant", host.Variant));
            }
        }
    }

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
