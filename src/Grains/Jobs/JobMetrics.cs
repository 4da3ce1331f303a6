using System.Diagnostics.Metrics;
using Lineup.GrainInterfaces.Jobs;

namespace Lineup.Grains.Jobs;

/// <summary>What jobs tell Prometheus; docs/metrics.md describes each.</summary>
public sealed class JobMetrics
{
    public const string MeterName = "Lineup.Jobs";

    // From a small fp16 to pruning a large model.
    private static readonly double[] Buckets = [1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400];

    private readonly Counter<long> _started;
    private readonly Counter<long> _finished;
    private readonly Histogram<double> _duration;

    internal JobMetrics(IMeterFactory meters, JobQueue queue)
    {
        var meter = meters.Create(MeterName);
        _started = meter.CreateCounter<long>("lineup.jobs.started", "{job}", "Jobs that were accepted.");
        _finished = meter.CreateCounter<long>("lineup.jobs.finished", "{job}", "Jobs that have ended, by outcome.");
        _duration = meter.CreateHistogram(
            "lineup.job.duration", "s", "Time that jobs worked, without waiting.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });
        meter.CreateObservableGauge("lineup.jobs.running", () => queue.Running, "{job}", "Jobs at work: none or one a silo.");
        meter.CreateObservableGauge("lineup.jobs.waiting", () => queue.Waiting, "{job}", "Jobs that wait for their turn on a silo.");
    }

    internal void Started(JobKind kind) => _started.Add(1, new KeyValuePair<string, object?>("kind", Word(kind)));

    internal void Ended(JobStatus status)
    {
        var (kind, outcome) = (Word(status.Kind), status.State switch
        {
            JobState.Done => "done",
            JobState.Cancelled => "cancelled",
            _ => "failed",
        });
        _finished.Add(1, new("kind", kind), new KeyValuePair<string, object?>("outcome", outcome));
        if (status.Ended - status.Started is { } time)
            _duration.Record(time.TotalSeconds, new("kind", kind), new KeyValuePair<string, object?>("outcome", outcome));
    }

    private static string Word(JobKind kind) => kind == JobKind.Compress ? "compress" : "evaluate";
}
