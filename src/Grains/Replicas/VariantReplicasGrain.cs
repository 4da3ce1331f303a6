using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Variants;
using Lineup.Inference.Serving;

namespace Lineup.Grains.Replicas;

/// <summary>The replicas of one variant: tells which there are, and asks all of them what concerns the variant as a whole.</summary>
internal sealed class VariantReplicasGrain(VariantHosts hosts, TimeProvider clock) : Grain, IVariantReplicasGrain
{
    /// <summary>A replica that takes longer to say how it is counts as silent: a silo may have died, and the others have answered.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Dictionary<int, VariantStatus> _heard = [];
    private ModelVariantId _id;
    private ReplicaSet _set = null!;
    private bool _isKnown;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        if (!ModelVariantId.TryParse(key, out _id))
            throw new ArgumentException($"'{key}' is not the key of a variant's replicas; it has the form model/variant.");
        _set = ReplicaSet.OnlyFirst(_id);
        return Task.CompletedTask;
    }

    public async Task<ReplicaSet> GetReplicas()
    {
        // The repository may be on a slow disk, which must not hold up the silo's scheduler. Grains of names that callers make up go at once.
        _isKnown = _isKnown || await Task.Run(() => hosts.WhyNotFound(_id.Model, _id.Variant)) is null;
        if (!_isKnown)
            DeactivateOnIdle();
        return _set;
    }

    public Task<VariantStatus> GetStatus() => AskAllAsync(replica => replica.GetStatus().WaitAsync(Patience, clock));

    public Task<VariantStatus> Load(CancellationToken cancellationToken) => AskAllAsync(replica => replica.Load(cancellationToken));

    public Task<VariantStatus> Unload() => AskAllAsync(replica => replica.Unload());

    /// <exception cref="Exception">No replica answers; what the first of them failed with.</exception>
    private async Task<VariantStatus> AskAllAsync(Func<IModelVariantGrain, Task<VariantStatus>> ask)
    {
        var answers = await Task.WhenAll(_set.Numbers.Select(number => AskAsync(number, ask)));
        if (answers.All(answer => answer.Silence is not null))
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(answers[0].Silence!);
        foreach (var answer in answers.Where(answer => answer.Silence is null))
            _heard[answer.Number] = answer.Status!;
        var status = CombinedStatus.Of(_id, answers);
        if (!status.Exists)
            DeactivateOnIdle();
        return status;
    }

    private async Task<ReplicaAnswer> AskAsync(int number, Func<IModelVariantGrain, Task<VariantStatus>> ask)
    {
        try
        {
            var replica = GrainFactory.GetGrain<IModelVariantGrain>(new VariantReplicaId(_id, number).ToString());
            return new(number, await ask(replica), Silence: null);
        }
#pragma warning disable CA1031 // Whatever keeps one replica from answering must not hide the others.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new(number, _heard.GetValueOrDefault(number), error);
        }
    }
}
