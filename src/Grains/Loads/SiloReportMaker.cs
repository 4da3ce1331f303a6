using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Loads;
using Lineup.Grains.Variants;
using Lineup.Inference.Serving;
using Orleans.Runtime;

namespace Lineup.Grains.Loads;

/// <summary>Says how this silo is now, and what it did since it was last asked. One caller at a time.</summary>
internal sealed class SiloReportMaker(
    VariantHosts hosts, HostedReplicas hosted, FreeMemory memory, SiloDeparture departure, ILocalSiloDetails silo, TimeProvider clock)
{
    private Dictionary<HostedReplica, long> _requests = [];
    private TimeSpan _busy = hosts.Lanes.Busy;
    private long _at = clock.GetTimestamp();

    public SiloReport Make()
    {
        var now = clock.GetTimestamp();
        var elapsed = clock.GetElapsedTime(_at, now).TotalSeconds;
        var lanes = hosts.Lanes;
        var requests = hosted.All.ToDictionary(replica => replica, replica => replica.Requests);
        var report = new SiloReport
        {
            Silo = silo.Name,
            Address = silo.SiloAddress.ToParsableString(),
            Lanes = lanes.Count,
            BusyLanes = elapsed > 0 ? Math.Clamp((lanes.Busy - _busy).TotalSeconds / elapsed, 0, lanes.Count) : 0,
            FreeBytes = memory.Read(),
            IsLeaving = departure.HasBegun,
            Replicas = requests.Select(replica => Describe(replica.Key, replica.Value, elapsed)).ToArray(),
        };
        (_requests, _busy, _at) = (requests, lanes.Busy, now);
        return report;
    }

    private ReplicaReport Describe(HostedReplica replica, long requests, double elapsed)
    {
        var now = replica.Host.Snapshot();
        var rate = elapsed > 0 ? (requests - _requests.GetValueOrDefault(replica)) / elapsed : 0;
        return new(replica.Id, WireMapping.State(now.State), now.Waiting, now.PredictedWait, rate, now.SessionBytes, now.ServiceTime);
    }
}
