using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Loads;
using Lineup.Grains.Placement;
using Lineup.Inference.Serving;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using VariantState = Lineup.Inference.Serving.VariantState;

namespace Lineup.Grains.Variants;

/// <summary>
/// One replica of a variant: a thin adapter over its <see cref="VariantHost"/> on this silo, and the owner of its statistics. Its
/// turns last microseconds; decoding and inference happen on the silo's lanes.
/// </summary>
[VariantPlacement]
internal sealed class ModelVariantGrain(
    VariantHosts hosts, HostedReplicas hosted, InferenceMetrics metrics, IOptions<ServingOptions> options, SiloDeparture departure, ILocalSiloDetails silo) : Grain, IModelVariantGrain, IGrainMigrationParticipant
{
    private static readonly TimeSpan LongestIdleCheck = TimeSpan.FromMinutes(1);

    private const string StatisticsKey = "lineup.statistics";
    private const string LoadedKey = "lineup.loaded";

    private readonly VariantStatistics _statistics = new();
    private VariantReplicaId _replica;
    private VariantHost _host = null!;
    private HostedReplica _hosted = null!;
    private bool _isReleased;
    private bool _wasLoaded;

    private ModelVariantId Variant => _replica.Variant;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!VariantReplicaId.TryParse(this.GetPrimaryKeyString(), out _replica))
            throw new ArgumentException($"'{this.GetPrimaryKeyString()}' is not the key of a variant's replica; it has the form model/variant#number.");

        _host = hosts.Rent(Variant.Model, Variant.Variant);
        _hosted = hosted.Enter(_replica, _host);
        var period = options.Value.IdleUnloadAfter / 4;
        period = period > TimeSpan.Zero && period < LongestIdleCheck ? period : LongestIdleCheck;
        this.RegisterGrainTimer(CheckIdleness, new GrainTimerCreationOptions(period, period) { Interleave = true });

        // It comes from a silo where it was in memory, so the next request would have to wait for what can begin now.
        if (_wasLoaded)
            _host.LoadAsync(CancellationToken.None).Ignore();
        return Task.CompletedTask;
    }

    // Best effort: where it never runs, the silo's VariantHosts frees the session.
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        hosted.Leave(_hosted);
        try
        {
            if (_isReleased)
                await GrainFactory.GetGrain<IVariantReplicasGrain>(Variant.ToString()).TakeOver(_replica.Number, _statistics).WaitAsync(cancellationToken);
        }
        finally
        {
            await hosts.ReturnAsync(_host);
        }
    }

    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        dehydrationContext.TryAddValue(StatisticsKey, _statistics);
        dehydrationContext.TryAddValue(LoadedKey, _host.Snapshot().LoadTime is not null);
    }

    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (rehydrationContext.TryGetValue(StatisticsKey, out VariantStatistics? counted) && counted is not null)
            _statistics.Add(counted);
        _wasLoaded = rehydrationContext.TryGetValue(LoadedKey, out bool loaded) && loaded;
    }

    public async Task<ClassifyReply> Classify(ClassifyRequest request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Top, 1);
        if (!request.IsSpare)
            _hosted.Count();

        // A path that forgets to say how it ended counts as a failure.
        var outcome = new ClassificationOutcome(ClassificationStatus.Failed) { Cause = ClassificationCause.Unexplained };
        try
        {
            outcome = await _host.ClassifyAsync(
                new(request.Image, request.Top, request.Budget, request.Comparison, request.IsSpare, request.Priority.ToLanePriority()),
                cancellationToken);
            return outcome.ToReply(silo.Name, Load());
        }
        finally
        {
            // Names that callers make up become no labels, and their grains go at once. Spare work is no caller's.
            if (_host.IsKnown && !request.IsSpare)
                metrics.Answered(Variant.Model, Variant.Variant, request.Priority.ToLanePriority(), outcome);
            if (!request.IsSpare)
                _statistics.Record(outcome.Outcome(), outcome.StageTimes());
            if (_host.IsMadeUp || outcome.Status == ClassificationStatus.NotFound)
                DeactivateOnIdle();
        }
    }

    public Task<VariantStatus> GetStatus() => DescribeAsync(_host.Snapshot());

    public async Task<VariantStatus> Load(CancellationToken cancellationToken) => await DescribeAsync(await _host.LoadAsync(cancellationToken));

    public async Task<VariantStatus> Unload()
    {
        await _host.UnloadAsync();
        return await DescribeAsync(_host.Snapshot());
    }

    public Task Release()
    {
        _isReleased = true;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Move()
    {
        MigrateOnIdle();
        return Task.CompletedTask;
    }

    private async Task<VariantStatus> DescribeAsync(VariantSnapshot now)
    {
        // The repository may be on a slow disk, which must not hold up the silo's scheduler.
        var missing = now.State is VariantState.Absent ? await Task.Run(() => hosts.WhyNotFound(Variant.Model, Variant.Variant)) : null;
        if (missing is not null)
            DeactivateOnIdle();
        return now.ToStatus(Variant, missing, silo.Name, _statistics.Copy());
    }

    private ReplicaLoad Load()
    {
        var now = _host.Snapshot();
        return new(now.Waiting, now.PredictedWait, departure.HasBegun);
    }

    private async Task CheckIdleness(CancellationToken cancellationToken)
    {
        if (_host.Snapshot().LoadTime is null)
        {
            if (_host.IsMadeUp)
                DeactivateOnIdle();
            return;
        }

        if (options.Value.IdleUnloadAfter > TimeSpan.Zero && _host.IdleFor >= options.Value.IdleUnloadAfter)
            await _host.UnloadAsync();
        else
            DelayDeactivation(LongestIdleCheck * 2);
    }
}
