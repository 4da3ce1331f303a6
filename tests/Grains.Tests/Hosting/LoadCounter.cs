using System.Diagnostics.Metrics;
using Lineup.Inference.Serving;

namespace Lineup.Grains.Tests.Hosting;

/// <summary>Counts the loads of one model through the metric that Prometheus would see.</summary>
internal sealed class LoadCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private int _count;

    public LoadCounter(string model)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == InferenceMetrics.MeterName && instrument.Name == "lineup.model.load.duration")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "model" && (string?)tag.Value == model)
                    Interlocked.Increment(ref _count);
            }
        });
        _listener.Start();
    }

    public int Count => Volatile.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
