using System.Runtime.ExceptionServices;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Loads;
using Lineup.Grains.Storage;
using Lineup.Inference.Serving;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Storage;

namespace Lineup.Grains.Replicas;

/// <summary>
/// The replicas of one variant: tells which there are, asks all of them what concerns the variant as a whole, and once a second brings
/// their number and their places nearer to what they should be.
/// </summary>
internal sealed class VariantReplicasGrain : Grain, IVariantReplicasGrain
{
    /// <summary>A replica that takes longer to say how it is counts as silent: a silo may have died, and the others have answered.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly IPersistentState<ReplicaState> _state;
    private readonly VariantHosts _hosts;
    private readonly SiloLoads _loads;
    private readonly ReplicaOptions _options;
    private readonly ReplicaMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<VariantReplicasGrain> _log;
    private readonly Dictionary<int, VariantStatus> _heard = [];
    private ModelVariantId _id;
    private ReplicaCare _care = null!;
    private IGrainTimer? _timer;
    private bool _isKnown;

    public VariantReplicasGrain(
        [PersistentState("replicas", GrainStorageName.Default)] IPersistentState<ReplicaState> state,
        VariantHosts hosts, SiloLoads loads, IOptions<ReplicaOptions> options, ReplicaMetrics metrics, TimeProvider clock, ILogger<VariantReplicasGrain> log)
    {
        (_state, _hosts, _loads, _options, _metrics, _clock, _log) = (state, hosts, loads, options.Value, metrics, clock, log);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        if (!ModelVariantId.TryParse(key, out _id))
            throw new ArgumentException($"'{key}' is not the key of a variant's replicas; it has the form model/variant.");
        _care = new(_id, _state, _options, Replica, _metrics, _clock, _log);
        _timer = this.RegisterGrainTimer(LookAfterAsync, new GrainTimerCreationOptions(Period, Period) { Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _metrics.Forget(_id);
        return Task.CompletedTask;
    }

    public async Task<ReplicaSet> GetReplicas()
    {
        // The repository may be on a slow disk, which must not hold up the silo's scheduler. Grains of names that callers make up go at once.
        _isKnown = _isKnown || await Task.Run(() => _hosts.WhyNotFound(_id.Model, _id.Variant)) is null;
        if (!_isKnown)
            DeactivateOnIdle();
        return _care.Published;
    }

    public Task<VariantStatus> GetStatus() => AskAllAsync(replica => replica.GetStatus().WaitAsync(Patience, _clock));

    public Task<VariantStatus> Load(CancellationToken cancellationToken) => AskAllAsync(replica => replica.Load(cancellationToken));

    public Task<VariantStatus> Unload() => AskAllAsync(replica => replica.Unload());

    public async Task<VariantStatus> SetCount(int? count)
    {
        if (count is { } number)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1, nameof(count));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(number, VariantReplicaId.MaxNumber, nameof(count));
        }

        await _care.SetByHandAsync(count);
        _timer!.Change(TimeSpan.Zero, Period);
        return await GetStatus();
    }

    public Task TakeOver(int number, VariantStatistics statistics)
    {
        _heard.Remove(number);
        return _care.TakeOverAsync(number, statistics);
    }

    private async Task LookAfterAsync(CancellationToken cancellationToken)
    {
        // Names that callers make up are nothing to look after.
        if (!_isKnown)
            return;
        try
        {
            await _care.LookAfterAsync(new(_id, _loads.Latest));
        }
        catch (InconsistentStateException)
        {
            // Begins anew with what is kept, as the runtime sees to where this happens in a call.
            DeactivateOnIdle();
            return;
        }

        // More than one, by the load: somebody must be there to see that they are not needed any more.
        if (_care.Plan.IsAutomatic && _care.Published.Numbers.Count > 1)
            DelayDeactivation(Period * 120);
    }

    /// <exception cref="Exception">No replica answers; what the first of them failed with.</exception>
    private async Task<VariantStatus> AskAllAsync(Func<IModelVariantGrain, Task<VariantStatus>> ask)
    {
        var published = _care.Published.Numbers;
        var answers = await Task.WhenAll(published.Concat(_care.Leaving).Select(number => AskAsync(number, ask)));
        if (answers.All(answer => answer.Silence is not null))
            ExceptionDispatchInfo.Throw(answers[0].Silence!);
        foreach (var answer in answers.Where(answer => answer.Silence is null))
            _heard[answer.Number] = answer.Status!;

        // One that was let go meanwhile has handed over what it had counted, which must not count twice.
        var gone = _care.Gone.Copy();
        foreach (var answer in answers.Where(answer => !published.Contains(answer.Number) && _care.Leaving.Contains(answer.Number) && answer.Status is not null))
            gone.Add(answer.Status!.Statistics);
        var status = CombinedStatus.Of(_id, [.. answers.Where(answer => published.Contains(answer.Number))], gone) with { Plan = _care.Plan };
        _isKnown = status.Exists;
        if (!_isKnown)
            DeactivateOnIdle();
        return status;
    }

    private async Task<ReplicaAnswer> AskAsync(int number, Func<IModelVariantGrain, Task<VariantStatus>> ask)
    {
        try
        {
            return new(number, await ask(Replica(number)), Silence: null);
        }
#pragma warning disable CA1031 // Whatever keeps one replica from answering must not hide the others.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new(number, _heard.GetValueOrDefault(number), error);
        }
    }

    private IModelVariantGrain Replica(int number) => GrainFactory.GetGrain<IModelVariantGrain>(new VariantReplicaId(_id, number).ToString());
}
