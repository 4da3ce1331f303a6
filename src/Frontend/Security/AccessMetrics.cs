using System.Diagnostics.Metrics;
using Lineup.Access.Audit;
using Lineup.Access.Keys;

namespace Lineup.Frontend.Security;

/// <summary>What an operator wants to hear of keys and the audit log.</summary>
internal sealed class AccessMetrics
{
    public AccessMetrics(IMeterFactory meters, WatchedKeys keys, AuditLog audit)
    {
        var meter = meters.Create(FrontendMeter.Name);
        meter.CreateObservableGauge("lineup.keys", () => keys.Ring.Count, "{key}", "Keys of the file that are in force.");
        meter.CreateObservableGauge("lineup.keys.stale", () => keys.AreStale ? 1 : 0, description: "1 while the file of keys cannot be used and older keys are in force.");
        meter.CreateObservableCounter("lineup.audit.failures", () => audit.Failures, "{entry}", "Entries of the audit log that could not be written.");
    }
}
