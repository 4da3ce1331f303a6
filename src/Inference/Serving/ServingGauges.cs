using System.Diagnostics.Metrics;
using Lineup.Inference.Admission;
using Lineup.Inference.Lanes;

namespace Lineup.Inference.Serving;

/// <summary>What a silo looks like at the moment of a scrape: its lanes, and each variant it holds or failed to hold.</summary>
internal sealed class ServingGauges(Func<IEnumerable<VariantHost>> hosts, LaneScheduler lanes, AdmissionOptions admission)
{
    public void AddTo(Meter meter)
    {
        meter.CreateObservableGauge("lineup.lanes", () => lanes.Lanes, "{lane}", "Threads that decode and infer.");
        meter.CreateObservableGauge("lineup.lanes.busy", () => lanes.BusyLanes, "{lane}", "Lanes at work right now.");
        meter.CreateObservableCounter("lineup.lane.busy.time", () => lanes.LaneTime.TotalSeconds, "s", "Time that lanes have spent on work, all together.");
        meter.CreateObservableGauge("lineup.queue.limit", () => admission.QueueLimit, "{request}", "Pictures that may wait for one variant.");

        meter.CreateObservableGauge("lineup.queue.depth", () => Loaded(one => one.Now.Waiting), "{request}", "Pictures waiting for a lane.");
        meter.CreateObservableGauge(
            "lineup.queue.predicted_wait", () => Loaded(one => one.Now.PredictedWait.TotalSeconds), "s", "Expected wait of a picture sent now.");
        meter.CreateObservableGauge("lineup.variant.loaded", () => Loaded(_ => 1), "{variant}", "1 for each variant in memory.");
        meter.CreateObservableGauge(
            "lineup.session.bytes", () => Loaded(one => one.Now.SessionBytes ?? 0), "By", "Growth of resident memory while the variant was loaded (an estimate).");
        meter.CreateObservableGauge(
            "lineup.session.arena", () => Loaded(one => one.Host.ArenaBytes ?? 0), "By", "What ONNX Runtime's arena holds for the variant's session.");

        meter.CreateObservableGauge("lineup.requests.in_flight", () => Known(one => one.Host.InFlight), "{request}", "Requests that have arrived and not been answered.");
        meter.CreateObservableGauge(
            "lineup.variant.failed", () => Known(one => one.Now.Reason is null ? 0 : 1), "{variant}", "1 where the latest load failed, also while an older session serves.");
    }

    private IEnumerable<Measurement<T>> Loaded<T>(Func<(VariantHost Host, VariantSnapshot Now), T> value)
        where T : struct => Measure(one => one.Now.LoadTime is not null, value);

    /// <summary>Variants the repository has, or had; names that callers make up are not among them.</summary>
    private IEnumerable<Measurement<T>> Known<T>(Func<(VariantHost Host, VariantSnapshot Now), T> value)
        where T : struct => Measure(one => one.Host.IsKnown, value);

    private IEnumerable<Measurement<T>> Measure<T>(
        Func<(VariantHost Host, VariantSnapshot Now), bool> isMeant, Func<(VariantHost Host, VariantSnapshot Now), T> value)
        where T : struct => hosts()
        .Select(host => (Host: host, Now: host.Snapshot()))
        .Where(isMeant)
        .Select(one => new Measurement<T>(value(one), new("model", one.Host.Model), new KeyValuePair<string, object?>("variant", one.Host.Variant)));
}
