using Lineup.GrainInterfaces.Statistics;

namespace Lineup.Grains.Replicas;

/// <summary>What is kept of a variant's replicas across restarts.</summary>
[GenerateSerializer, Alias("lineup.ReplicaState")]
internal sealed class ReplicaState
{
    /// <summary>Replicas that take pictures: 1 to this.</summary>
    [Id(0)]
    public int Count { get; set; } = 1;

    /// <summary>How many somebody set; null where the load decides.</summary>
    [Id(1)]
    public int? ByHand { get; set; }

    [Id(2)]
    public long Version { get; set; }

    /// <summary>What replicas that were let go had counted.</summary>
    [Id(3)]
    public VariantStatistics Gone { get; set; } = new();
}
