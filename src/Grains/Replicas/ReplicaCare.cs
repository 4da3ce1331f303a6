using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;

namespace Lineup.Grains.Replicas;

/// <summary>
/// Brings a variant's replicas to their number and their places, so that no request meets a replica that is not there: a new one is loaded
/// before it is published, an old one is let go only when all who knew it have had time to learn that it is not published any more.
/// Belongs to one grain, in whose turns alone it is called; <see cref="LookAfterAsync"/> never twice at a time.
/// </summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle nobody asks for holds nothing to dispose.
internal sealed partial class ReplicaCare
#pragma warning restore CA1001
{
    /// <summary>After a load that failed or a replica that was moved, reports need time to show what has changed.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LoadPatience = TimeSpan.FromMinutes(2);

    private readonly ModelVariantId _id;
    private readonly IPersistentState<ReplicaState> _state;
    private readonly Func<int, IModelVariantGrain> _replica;
    private readonly ReplicaMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ReplicaPlanner _planner;
    private readonly SortedSet<int> _leaving = [];
    private readonly SemaphoreSlim _writing = new(1);
    private readonly long _started;
    private TimeSpan _loweredAt;
    private TimeSpan _nextRaise;
    private TimeSpan _nextMove;
    private string? _trouble;
    private bool _isUnwritten;
    private bool _isFailing;

    public ReplicaCare(
        ModelVariantId id, IPersistentState<ReplicaState> state, ReplicaOptions options, Func<int, IModelVariantGrain> replica, ReplicaMetrics metrics,
        TimeProvider clock, ILogger log)
    {
        (_id, _state, _replica, _metrics, _clock, _log) = (id, state, replica, metrics, clock, log);
        (_planner, _started) = (new(options), clock.GetTimestamp());
        Published = Publish();
        Plan = new() { Wanted = state.State.ByHand ?? Published.Numbers.Count, IsAutomatic = state.State.ByHand is null, Most = Published.Numbers.Count, Reason = "not looked at yet" };
    }

    public ReplicaSet Published { get; private set; }

    public ReplicaPlan Plan { get; private set; }

    /// <summary>Replicas that are not published any more and still have statistics of their own.</summary>
    public IReadOnlyCollection<int> Leaving => _leaving;

    /// <summary>What replicas that were let go had counted.</summary>
    public VariantStatistics Gone => _state.State.Gone;

    private TimeSpan Now => _clock.GetElapsedTime(_started);

    /// <exception cref="Exception">It could not be written down, and so does not count.</exception>
    public async Task SetByHandAsync(int? count)
    {
        var before = _state.State.ByHand;
        _state.State.ByHand = count;
        try
        {
            await WriteAsync();
        }
        catch
        {
            _state.State.ByHand = before;
            throw;
        }

        Plan = Plan with { Wanted = count ?? Plan.Wanted, IsAutomatic = count is null, Reason = count is null ? "automatic" : "set by hand" };
        (_nextRaise, _trouble) = (TimeSpan.Zero, null);
        SetByHand(_log, _id, count?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "what the load asks for");
    }

    public Task TakeOverAsync(int number, VariantStatistics statistics)
    {
        _leaving.Remove(number);
        _state.State.Gone.Add(statistics);
        return WriteAsync();
    }

    /// <exception cref="InconsistentStateException">What is kept is not what was read: this activation has been replaced, or the store has lost it.</exception>
    public async Task LookAfterAsync(ReplicaView view)
    {
        try
        {
            var (plan, next) = _planner.Look(Now, Published.Numbers.Count, _state.State.ByHand, view);
            Plan = _trouble is null ? plan : plan with { Reason = $"{plan.Reason}; {_trouble}" };
            if (next > Published.Numbers.Count && Now >= _nextRaise)
                await RaiseAsync(next);
            else if (next < Published.Numbers.Count)
                await ChangeAsync(next);
            else if (Now >= _nextMove && view.Crowded(Published.Numbers.Count) is { } crowded)
                await MoveAsync(crowded);
            await LetGoAsync(view);
            if (_isUnwritten)
                await WriteAsync();
            _isFailing = false;
        }
#pragma warning disable CA1031 // The next look, a second later, tries again whatever has failed.
        catch (Exception error) when (error is not InconsistentStateException)
#pragma warning restore CA1031
        {
            if (!_isFailing)
                NotLookedAfter(_log, error, _id);
            _isFailing = true;
        }

        _metrics.Observe(_id, Plan.Wanted, Published.Numbers.Count, Plan.Most);
    }

    /// <summary>Where the variant is in memory, new replicas are brought there too before anybody is told of them.</summary>
    private async Task RaiseAsync(int wanted)
    {
        var count = Published.Numbers.Count;
        if (await IsLoadedAsync())
        {
            var statuses = await Task.WhenAll(Enumerable.Range(count + 1, wanted - count).Select(LoadAsync));
            var failed = Array.FindIndex(statuses, why => why is not null);
            _trouble = failed < 0 ? null : $"replica {count + 1 + failed} could not be loaded: {statuses[failed]}";
            if (failed >= 0)
            {
                _nextRaise = Now + Pause;
                wanted = count + failed;
            }
        }

        if (wanted > count)
            await ChangeAsync(wanted);
    }

    /// <summary>Asked, not read from reports, which may be older than a load. Silent replicas do not hold the others up.</summary>
    private async Task<bool> IsLoadedAsync()
    {
        var asked = Published.Numbers.Select(number => _replica(number).GetStatus()).ToList();
        Task all = Task.WhenAll(asked);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return asked.Any(status => status.IsCompletedSuccessfully && status.GetAwaiter().GetResult().State == VariantState.Ready);
    }

    /// <summary>Null where it is ready; otherwise why not.</summary>
    private async Task<string?> LoadAsync(int number)
    {
        try
        {
            using var patience = new CancellationTokenSource(LoadPatience, _clock);
            var status = await _replica(number).Load(patience.Token);
            return status.State == VariantState.Ready ? null : status.Reason ?? $"it is {status.State}";
        }
#pragma warning disable CA1031 // Whatever it is, this replica is not published, and the others serve on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return error.Message;
        }
    }

    private async Task ChangeAsync(int count)
    {
        var before = _state.State.Count;
        for (var number = count + 1; number <= before; number++)
            _leaving.Add(number);
        _leaving.RemoveWhere(number => number <= count);
        (_state.State.Count, _state.State.Version) = (count, _state.State.Version + 1);
        Published = Publish();
        _planner.Changed(Now);
        if (count < before)
            _loweredAt = Now;
        _metrics.Decided(_id, count > before ? "up" : "down");
        Changed(_log, _id, before, count, Plan.Reason);

        // Published first: a store that is away for a while keeps nobody from serving. It is written down once that can be done.
        await WriteAsync();
    }

    private async Task MoveAsync(int number)
    {
        _nextMove = Now + Pause;
        _metrics.Decided(_id, "move");
        Moved(_log, _id, number);
        await _replica(number).Move();
    }

    private async Task LetGoAsync(ReplicaView view)
    {
        if (Now - _loweredAt < Published.ValidFor * 2)
            return;
        foreach (var number in view.Beyond(Published.Numbers.Count))
        {
            _leaving.Add(number);
            await _replica(number).Release();
        }

        // Nobody hosts it: its silo has gone, and with it what it had counted and not written down.
        _leaving.RemoveWhere(number => !view.IsHosted(number) && Now - _loweredAt > Pause && view.UsableSilos > 0);
    }

    private ReplicaSet Publish() => ReplicaSet.OnlyFirst(_id) with
    {
        Numbers = Enumerable.Range(1, _state.State.Count).ToArray(),
        Version = _state.State.Version,
    };

    /// <summary>One at a time: each carries the mark of the one before.</summary>
    private async Task WriteAsync()
    {
        _isUnwritten = true;
        await _writing.WaitAsync();
        try
        {
            await _state.WriteStateAsync();
            _isUnwritten = false;
        }
        finally
        {
            _writing.Release();
        }
    }

    [LoggerMessage(LogLevel.Information, "{Variant} should have {Count} replicas: set by hand")]
    private static partial void SetByHand(ILogger log, ModelVariantId variant, string count);

    [LoggerMessage(LogLevel.Information, "{Variant} had {Before} replicas and now has {Count}: {Reason}")]
    private static partial void Changed(ILogger log, ModelVariantId variant, int before, int count, string reason);

    [LoggerMessage(LogLevel.Information, "{Variant}#{Number} shares its silo with another replica and is moved to one that has none")]
    private static partial void Moved(ILogger log, ModelVariantId variant, int number);

    [LoggerMessage(LogLevel.Warning, "The replicas of {Variant} could not be looked after; it is tried again")]
    private static partial void NotLookedAfter(ILogger log, Exception error, ModelVariantId variant);
}
