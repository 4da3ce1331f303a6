using System.Collections.Concurrent;
using Lineup.GrainInterfaces;
using Lineup.Inference.Serving;

namespace Lineup.Grains.Loads;

/// <summary>The replicas whose grains are active on this silo. Grains enter and leave; the silo's report is made of it. Thread-safe.</summary>
internal sealed class HostedReplicas
{
    private readonly ConcurrentDictionary<VariantReplicaId, HostedReplica> _replicas = new();

    public ICollection<HostedReplica> All => _replicas.Values;

    public HostedReplica Enter(VariantReplicaId id, VariantHost host) => _replicas[id] = new(id, host);

    /// <summary>Only the activation that entered takes itself out, so that one which ends late does not take its successor with it.</summary>
    public void Leave(HostedReplica replica) => _replicas.TryRemove(new(replica.Id, replica));
}

/// <summary>A replica on this silo.</summary>
internal sealed class HostedReplica(VariantReplicaId id, VariantHost host)
{
    private long _requests;

    public VariantReplicaId Id => id;

    public VariantHost Host => host;

    /// <summary>Requests that have reached it.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    public void Count() => Interlocked.Increment(ref _requests);
}
