using Lineup.Inference.Admission;
using Lineup.Inference.Lanes;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Storage;

namespace Lineup.Inference.Serving;

/// <summary>
/// Serves one variant on this silo: loads it on first use or on request, hands pictures to the lanes, lets it go when asked. Everything
/// a variant's grain does that is not Orleans. Thread-safe.
/// </summary>
public sealed class VariantHost
{
    private static readonly TimeSpan LoadingRetry = TimeSpan.FromSeconds(1);

    private readonly string _model;
    private readonly string _variant;
    private readonly ServingRuntime _runtime;
    private readonly Lock _gate = new();
    private LoadedVariant? _loaded;
    private Task? _loading;
    private VariantState _state;
    private string? _failure;
    private long _failedAt;
    private long _lastUsed;
    private int _waitingForLoad;
    private int _inFlight;
    private bool _abandoned;

    internal VariantHost(string model, string variant, ServingRuntime runtime)
    {
        (_model, _variant, _runtime) = (model, variant, runtime);
        _lastUsed = runtime.Clock.GetTimestamp();
    }

    public string Model => _model;

    public string Variant => _variant;

    /// <summary>Whether the repository ever had such a variant; until then its name is only a caller's word.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Whether nothing but a caller's word speaks for this variant: the repository has been asked, and has none.</summary>
    public bool IsMadeUp
    {
        get
        {
            lock (_gate)
                return !IsKnown && _loading is null;
        }
    }

    /// <summary>Time since the last request or load.</summary>
    public TimeSpan IdleFor => _runtime.Clock.GetElapsedTime(Interlocked.Read(ref _lastUsed));

    /// <summary>Requests that have arrived and not been answered.</summary>
    internal int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Bytes that ONNX Runtime's arena holds for the variant's session; null unless loaded.</summary>
    internal long? ArenaBytes
    {
        get
        {
            var loaded = _loaded;
            return loaded?.Session.ArenaBytes();
        }
    }

    public VariantSnapshot Snapshot()
    {
        lock (_gate)
        {
            return new(
                _state,
                _failure,
                _loaded?.LoadTime,
                _loaded?.SessionBytes,
                _loaded is null ? 0 : _runtime.Lanes.WaitingCount(_loaded.Queue),
                _loaded is null ? TimeSpan.Zero : _runtime.Lanes.PredictedWait(_loaded.Queue),
                _loaded is null ? null : TimeSpan.FromSeconds(_loaded.Queue.ServiceSeconds));
        }
    }

    /// <summary>
    /// Classifies one picture within the request's budget, loading the variant first if need be. Expected failures are outcomes;
    /// cancelling takes the request off its queue and gives <see cref="ClassificationStatus.Cancelled"/>.
    /// </summary>
    public async Task<ClassificationOutcome> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _inFlight);
        try
        {
            return await AnswerAsync(request, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private async Task<ClassificationOutcome> AnswerAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        var arrived = _runtime.Clock.GetTimestamp();
        Interlocked.Exchange(ref _lastUsed, arrived);

        LoadedVariant? loaded;
        while ((loaded = _loaded) is null || !loaded.TryEnter())
        {
            if (request.IsSpare)
                return new(ClassificationStatus.NotReady) { Reason = $"{_model}/{_variant} is not loaded.", Cause = ClassificationCause.Unloaded };
            if (await WaitForLoadAsync(request, Remaining(), cancellationToken) is { } failure)
                return failure;
        }

        try
        {
            var work = new ClassificationWork(loaded, request, _runtime, arrived);
            var decision = _runtime.Lanes.Offer(loaded.Queue, work, Remaining());
            if (!decision.IsAdmitted)
            {
                return new(ClassificationStatus.Busy)
                {
                    Reason = $"{_model}/{_variant} is busy: {decision.Reason}.",
                    Cause = request.Priority == LanePriority.Bulk ? ClassificationCause.BulkShed : ClassificationCause.Of(decision.Cause),
                    RetryAfter = decision.RetryAfter,
                    Times = new(default, default, default, _runtime.Clock.GetElapsedTime(arrived), false),
                };
            }

            await using var registration = cancellationToken.UnsafeRegister(
                static state => ((ClassificationWork)state!).Cancel(), work);
            var outcome = await work.Answer;

            // A caller that stops waiting when its own deadline passes has not gone: it got no answer in time.
            return outcome.Status == ClassificationStatus.Cancelled && Remaining() <= TimeSpan.Zero
                ? outcome with
                {
                    Status = ClassificationStatus.DeadlineExceeded,
                    Reason = "The deadline passed while the request waited for a lane.",
                    Cause = ClassificationCause.WaitedTooLong,
                }
                : outcome;
        }
        finally
        {
            loaded.Leave();
        }

        TimeSpan Remaining() => request.Budget - _runtime.Clock.GetElapsedTime(arrived);
    }

    /// <summary>
    /// Loads the variant, or loads it anew if its file has changed; the old session serves until the new one is ready. Several callers
    /// share one load. The outcome is in the snapshot.
    /// </summary>
    public async Task<VariantSnapshot> LoadAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _lastUsed, _runtime.Clock.GetTimestamp());
        await EnsureLoading(force: true).WaitAsync(cancellationToken);
        return Snapshot();
    }

    /// <summary>Lets accepted requests finish, then gives the session's memory back. Also forgets a failure.</summary>
    public async Task UnloadAsync()
    {
        LoadedVariant? old;
        Task? loading;
        lock (_gate)
            loading = _loading;
        if (loading is not null)
            await loading;

        lock (_gate)
        {
            (old, _loaded) = (_loaded, null);
            _failure = null;
            _state = old is null ? VariantState.Absent : VariantState.Draining;
        }

        if (old is null)
            return;
        await old.RetireAsync();
        lock (_gate)
        {
            if (_state == VariantState.Draining)
                _state = VariantState.Absent;
        }

        _runtime.Log.Unloaded(_model, _variant);
    }

    /// <summary>Frees the session without waiting; for a silo whose lanes have stopped.</summary>
    internal void Abandon()
    {
        lock (_gate)
        {
            _abandoned = true;
            _ = _loaded?.RetireAsync();
            _loaded = null;
            _state = VariantState.Absent;
        }
    }

    /// <summary>Null once a session is there to enter; otherwise why there is none within the budget.</summary>
    private async Task<ClassificationOutcome?> WaitForLoadAsync(ClassificationRequest request, TimeSpan budget, CancellationToken cancellationToken)
    {
        if (RecentFailure() is { } reason)
            return NotReady(reason);
        var bytes = request.Image.Length;
        if (Interlocked.Increment(ref _waitingForLoad) > _runtime.Admission.QueueLimitFor(request.Priority))
        {
            Interlocked.Decrement(ref _waitingForLoad);
            return Loading("already has as many requests waiting as it may", ClassificationCause.LoadQueueFull);
        }

        if (!_runtime.WaitingForLoads.TryAdd(bytes, _runtime.Admission.MaxWaitingBytesFor(request.Priority)))
        {
            Interlocked.Decrement(ref _waitingForLoad);
            return Loading("has to do without this picture, since too many bytes wait for loads already", ClassificationCause.LoadBytesFull);
        }

        try
        {
            await EnsureLoading(force: false).WaitAsync(budget > TimeSpan.Zero ? budget : TimeSpan.Zero, _runtime.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Loading("did not finish within the deadline", ClassificationCause.LoadTooSlow);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new(ClassificationStatus.Cancelled) { Reason = "The caller has gone." };
        }
        finally
        {
            Interlocked.Decrement(ref _waitingForLoad);
            _runtime.WaitingForLoads.Remove(bytes);
        }

        if (_loaded is not null)
            return null;
        return RecentFailure() is { } failure
            ? NotReady(failure)
            : _runtime.Store.Find(_model, _variant) is { Status: VariantLookupStatus.NotFound } lookup
                ? new(ClassificationStatus.NotFound) { Reason = $"Not found: {lookup.Reason}." }
                : Loading("was interrupted by an unload", ClassificationCause.Unloaded);

        ClassificationOutcome NotReady(string why) => new(ClassificationStatus.NotReady)
        {
            Reason = $"{_model}/{_variant} cannot be served: {why}",
            Cause = ClassificationCause.LoadFailed,
        };

        ClassificationOutcome Loading(string what, string cause) => new(ClassificationStatus.Loading)
        {
            Reason = $"Loading {_model}/{_variant} {what}. Try again in a moment.",
            Cause = cause,
            RetryAfter = LoadingRetry,
        };
    }

    private string? RecentFailure()
    {
        lock (_gate)
        {
            return _failure is not null && _runtime.Clock.GetElapsedTime(_failedAt) < _runtime.Serving.FailureRetryAfter ? _failure : null;
        }
    }

    private Task EnsureLoading(bool force)
    {
        lock (_gate)
        {
            if (_loading is not null)
                return _loading;
            if (_loaded is not null && !force)
                return Task.CompletedTask;
            return _loading = LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        // Leaves the caller's lock and scheduler before any work is done.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var lookup = _runtime.Store.Find(_model, _variant);
            IsKnown |= lookup.Status != VariantLookupStatus.NotFound;
            if (lookup.IsFound)
                await LoadAsync(lookup.Variant);
            else if (lookup.Status == VariantLookupStatus.Malformed)
                Fail(lookup.Reason, null);
            else
                Become(VariantState.Absent);
        }
        catch (ModelLoadException error)
        {
            Fail(error.Message, error);
        }
        catch (OperationCanceledException) when (_runtime.Stopping.IsCancellationRequested)
        {
            Become(VariantState.Absent);
        }
#pragma warning disable CA1031 // Whatever goes wrong belongs to this variant alone: it is kept, logged and shown; the silo lives on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail($"loading failed unexpectedly: {error.Message}", error);
        }
        finally
        {
            lock (_gate)
                _loading = null;
        }
    }

    private async Task LoadAsync(VariantEntry entry)
    {
        if (_loaded is { } current && current.Files == FileStamps.Of(entry))
        {
            // What serves is what lies there, so an earlier reload's failure is mended.
            lock (_gate)
                _failure = null;
            return;
        }

        Become(VariantState.Loading);
        var loaded = await _runtime.Loader.LoadAsync(entry, () => Become(VariantState.Warming), _runtime.Stopping);
        LoadedVariant? old;
        lock (_gate)
        {
            (old, _loaded) = (_loaded, _abandoned ? null : loaded);
            (_failure, _state) = (null, _abandoned ? VariantState.Absent : VariantState.Ready);
        }

        if (_abandoned)
        {
            await loaded.RetireAsync();
            return;
        }

        _runtime.Metrics.Loaded(_model, _variant, loaded.LoadTime);
        _runtime.Log.Ready(_model, _variant, loaded.LoadTime.TotalMilliseconds, loaded.SessionBytes / 1048576d);
        if (old is not null)
            await old.RetireAsync();
    }

    /// <summary>While an old session serves, a reload is not visible as a state.</summary>
    private void Become(VariantState state)
    {
        lock (_gate)
        {
            if (_loaded is null)
                (_state, _failure) = (state, null);
        }
    }

    private void Fail(string reason, Exception? error)
    {
        lock (_gate)
        {
            (_failure, _failedAt) = (reason, _runtime.Clock.GetTimestamp());
            _state = _loaded is null ? VariantState.Failed : VariantState.Ready;
        }

        _runtime.Metrics.LoadFailed(_model, _variant);
        _runtime.Log.LoadFailed(error, _model, _variant, reason);
    }
}
