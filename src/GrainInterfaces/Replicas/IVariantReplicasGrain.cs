using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;
using Orleans.Concurrency;

namespace Lineup.GrainInterfaces.Replicas;

/// <summary>
/// The replicas of one variant, keyed by the text of its <see cref="ModelVariantId"/>: which there are, and what concerns all of them.
/// Pictures go to the replicas themselves (<see cref="IModelVariantGrain"/>), so that this grain is on no request's way.
/// </summary>
[Alias("lineup.IVariantReplicasGrain")]
public interface IVariantReplicasGrain : IGrainWithStringKey
{
    /// <summary>
    /// The replicas to send pictures to, without asking them. Ask again after <see cref="ReplicaSet.ValidFor"/>; a replica that is no
    /// longer among them still answers, but is about to give its memory back.
    /// </summary>
    [AlwaysInterleave, Alias("GetReplicas"), ResponseTimeout("00:00:05")]
    Task<ReplicaSet> GetReplicas();

    /// <summary>
    /// The variant as its replicas make it up, statistics of all of them added, and each of them in <see cref="VariantStatus.Replicas"/>.
    /// Loads nothing. A replica that does not answer is told of as one that says so.
    /// </summary>
    [AlwaysInterleave, Alias("GetStatus"), ResponseTimeout("00:00:10")]
    Task<VariantStatus> GetStatus();

    /// <summary>Loads and warms up every replica, or loads them anew if the variant's file has changed. The status has a reason unless all are ready.</summary>
    [AlwaysInterleave, Alias("Load")]
    Task<VariantStatus> Load(CancellationToken cancellationToken);

    /// <summary>Lets every replica finish what it accepted, then gives the memory back. The next request loads one again.</summary>
    [AlwaysInterleave, Alias("Unload")]
    Task<VariantStatus> Unload();

    /// <summary>
    /// Sets how many replicas there should be: 1 to <see cref="VariantReplicaId.MaxNumber"/>, or null to leave it to the load. Kept across
    /// restarts. It is brought about in the background, as far as there are silos for it; one that goes finishes what it accepted.
    /// </summary>
    [AlwaysInterleave, Alias("SetCount")]
    Task<VariantStatus> SetCount(int? count);

    /// <summary>A replica that is let go hands over what it has counted, once it answers nobody any more.</summary>
    [AlwaysInterleave, Alias("TakeOver")]
    Task TakeOver(int number, VariantStatistics statistics);
}
