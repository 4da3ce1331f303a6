using System.Diagnostics.Metrics;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;

namespace Lineup.Inference.Serving;

/// <summary>
/// What the repository says its variants are worth and how large they are, read from disk when somebody scrapes: a dashboard then shows
/// accuracy beside latency. Every silo that sees the repository says the same, so take the maximum, not the sum.
/// </summary>
public sealed class RepositoryMetrics
{
    /// <summary>A scrape reads several gauges; they share one look at the disk.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly ModelStore _store;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private StoreSnapshot? _snapshot;
    private long _readAt;

    public RepositoryMetrics(IMeterFactory meters, ModelStore store, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        var meter = meters.Create(InferenceMetrics.MeterName);
        Evaluated("lineup.evaluation.top1", "Share of evaluated pictures whose best class is right.", evaluation => evaluation.Top1 / 100);
        Evaluated("lineup.evaluation.top5", "Share of evaluated pictures whose right class is among the best five.", evaluation => evaluation.Top5 / 100);
        Evaluated("lineup.evaluation.agreement", "Share of evaluated pictures with the original's best class.", evaluation => evaluation.Agreement / 100);
        meter.CreateObservableGauge(
            "lineup.evaluation.images", () => Measure<long>(variant => variant.Manifest.Evaluation?.Images), "{image}", "Pictures of the evaluation.");
        meter.CreateObservableGauge("lineup.variant.file", () => Measure<long>(variant => variant.FileBytes), "By", "Size of the variant's ONNX file.");
        meter.CreateObservableGauge(
            "lineup.variant.compressed", () => Measure<long>(variant => variant.Manifest.CompressedBytes), "By", "Size of the file after deflate.");

        void Evaluated(string name, string description, Func<VariantEvaluation, double> value) => meter.CreateObservableGauge(
            name, () => Measure<double>(variant => variant.Manifest.Evaluation is { } evaluation ? value(evaluation) : null), "1", description);
    }

    private List<Measurement<T>> Measure<T>(Func<VariantEntry, T?> value)
        where T : struct => [.. Snapshot().Models
            .SelectMany(model => model.Variants)
            .Select(variant => (Variant: variant, Value: value(variant)))
            .Where(one => one.Value is not null)
            .Select(one => new Measurement<T>(
                one.Value!.Value, new("model", one.Variant.Model.Name), new KeyValuePair<string, object?>("variant", one.Variant.Manifest.Name)))];

    private StoreSnapshot Snapshot()
    {
        lock (_gate)
        {
            if (_snapshot is null || _clock.GetElapsedTime(_readAt) > Fresh)
                (_snapshot, _readAt) = (_store.Scan(), _clock.GetTimestamp());
            return _snapshot;
        }
    }
}
