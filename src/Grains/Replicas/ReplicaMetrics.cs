using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Lineup.GrainInterfaces;

namespace Lineup.Grains.Replicas;

/// <summary>What a silo tells Prometheus of the variants whose replicas it looks after; docs/metrics.md describes each. Thread-safe.</summary>
internal sealed class ReplicaMetrics
{
    public const string MeterName = "Lineup.Replicas";

    private readonly ConcurrentDictionary<ModelVariantId, (int Wanted, int Published, int Most)> _variants = new();
    private readonly Counter<long> _decisions;

    public ReplicaMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge(
            "lineup.replicas.wanted", () => Measure(one => one.Wanted), "{replica}", "Replicas that a variant should have, by hand or by its load.");
        meter.CreateObservableGauge("lineup.replicas", () => Measure(one => one.Published), "{replica}", "Replicas of a variant that take pictures.");
        meter.CreateObservableGauge("lineup.replicas.most", () => Measure(one => one.Most), "{replica}", "Replicas that a variant could have: silos that could take one, as far as settings allow.");
        _decisions = meter.CreateCounter<long>("lineup.replicas.decisions", "{decision}", "Changes of a variant's replicas: up, down, move.");
    }

    public void Observe(ModelVariantId variant, int wanted, int published, int most)
    {
        // What never happened is zero, not missing: otherwise the first time would not show as a rise.
        if (!_variants.ContainsKey(variant))
        {
            foreach (var decision in (string[])["up", "down", "move"])
                Decided(variant, decision, times: 0);
        }

        _variants[variant] = (wanted, published, most);
    }

    /// <summary>The variant is looked after elsewhere, or by nobody until it is used again.</summary>
    public void Forget(ModelVariantId variant) => _variants.TryRemove(variant, out _);

    public void Decided(ModelVariantId variant, string decision, int times = 1) =>
        _decisions.Add(times, new("model", variant.Model), new("variant", variant.Variant), new KeyValuePair<string, object?>("decision", decision));

    private IEnumerable<Measurement<int>> Measure(Func<(int Wanted, int Published, int Most), int> value) => _variants.Select(one => new Measurement<int>(
        value(one.Value), new("model", one.Key.Model), new KeyValuePair<string, object?>("variant", one.Key.Variant)));
}
