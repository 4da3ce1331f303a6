using Lineup.Inference.Admission;
using Lineup.Inference.Imaging;
using Lineup.Inference.Lanes;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Logging;

namespace Lineup.Inference.Serving;

/// <summary>
/// All variants of a silo, and the lanes they share. A grain rents its host and returns it; since a grain's deactivation may never run,
/// disposing this (with the silo) frees every session that is left. Thread-safe.
/// </summary>
public sealed class VariantHosts : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Model, string Variant), (VariantHost Host, int Rented)> _hosts = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly LaneScheduler _lanes;
    private readonly ServingRuntime _runtime;
    private bool _disposed;

    public VariantHosts(
        ModelStore store, LaneOptions lanes, AdmissionOptions admission, ImageOptions images, ServingOptions serving,
        InferenceMetrics metrics, TimeProvider clock, ILogger<VariantHosts> log)
    {
        _lanes = new(lanes, admission, images, clock);
        _runtime = new(store, _lanes, new VariantLoader(clock), new DecodedImageCache(), new WaitingBytes(), admission, serving, metrics, clock, log, _stopping.Token);
        metrics.Observe(new ServingGauges(All, _lanes, admission));
    }

    /// <summary>The host of a variant, made if need be. Give it back with <see cref="ReturnAsync"/>.</summary>
    public VariantHost Rent(string model, string variant)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var (host, rented) = _hosts.GetValueOrDefault((model, variant));
            host ??= new(model, variant, _runtime);
            _hosts[(model, variant)] = (host, rented + 1);
            return host;
        }
    }

    /// <summary>Gives a host back; the last one to do so unloads it, once accepted requests have finished.</summary>
    public async Task ReturnAsync(VariantHost host)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            var key = (host.Model, host.Variant);
            var rented = _hosts[key].Rented - 1;
            if (rented > 0)
            {
                _hosts[key] = (host, rented);
                return;
            }

            _hosts.Remove(key);
        }

        await host.UnloadAsync();
    }

    /// <summary>Why the repository has no such variant, malformed ones not counted; null if it has.</summary>
    public string? WhyNotFound(string model, string variant) =>
        _runtime.Store.Find(model, variant) is { Status: VariantLookupStatus.NotFound } lookup ? lookup.Reason : null;

    /// <summary>Number of lanes, and the time that they have spent on work so far, all together.</summary>
    public (int Count, TimeSpan Busy) Lanes => (_lanes.Lanes, _lanes.LaneTime);

    public void Dispose()
    {
        VariantHost[] hosts;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            hosts = [.. _hosts.Values.Select(entry => entry.Host)];
            _hosts.Clear();
        }

        // Lanes first: afterwards no run is under way, so every session goes at once.
        _stopping.Cancel();
        _lanes.Dispose();
        foreach (var host in hosts)
            host.Abandon();
        _stopping.Dispose();
    }

    private VariantHost[] All()
    {
        lock (_gate)
            return [.. _hosts.Values.Select(entry => entry.Host)];
    }
}
