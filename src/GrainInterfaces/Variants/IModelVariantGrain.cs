using Orleans.Concurrency;

namespace Lineup.GrainInterfaces.Variants;

/// <summary>
/// One replica of one variant, keyed by the text of its <see cref="VariantReplicaId"/>. It serves with its silo's ONNX Runtime session of
/// the variant and owns the statistics of what it has served. All calls interleave: none waits for another's inference. What concerns the
/// variant as a whole is asked of <see cref="Replicas.IVariantReplicasGrain"/>.
/// </summary>
[Alias("lineup.IModelVariantGrain")]
public interface IModelVariantGrain : IGrainWithStringKey
{
    /// <summary>
    /// Classifies one picture, loading the variant first if need be. Expected failures are in the reply; idempotent, so it may be sent
    /// again. Cancelling takes a waiting request off its queue.
    /// </summary>
    [AlwaysInterleave, Alias("Classify")]
    Task<ClassifyReply> Classify(ClassifyRequest request, CancellationToken cancellationToken);

    /// <summary>State, sizes and statistics, without loading anything.</summary>
    [AlwaysInterleave, Alias("GetStatus"), ResponseTimeout("00:00:05")]
    Task<VariantStatus> GetStatus();

    /// <summary>Loads and warms up the variant, or loads it anew if its file has changed. The reply says whether it is ready, or why not.</summary>
    [AlwaysInterleave, Alias("Load")]
    Task<VariantStatus> Load(CancellationToken cancellationToken);

    /// <summary>Lets accepted requests finish, then gives the memory back. The next request loads the variant again.</summary>
    [AlwaysInterleave, Alias("Unload")]
    Task<VariantStatus> Unload();

    /// <summary>
    /// Lets the replica go: it finishes what it accepted, hands its statistics over to <see cref="Replicas.IVariantReplicasGrain"/> and
    /// gives its memory back, unless another replica on its silo needs it. A request that comes late makes it anew.
    /// </summary>
    [AlwaysInterleave, Alias("Release")]
    Task Release();

    /// <summary>Lets the replica go on where it is placed best now, with its statistics; what it accepted is finished where it is.</summary>
    [AlwaysInterleave, Alias("Move")]
    Task Move();
}
