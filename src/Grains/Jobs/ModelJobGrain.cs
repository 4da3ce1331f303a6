using Lineup.GrainInterfaces.Jobs;
using Lineup.ModelRepository;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Lineup.Grains.Jobs;

/// <summary>
/// Owns what changes one model: its job, if there is one, and its deletions. Work happens on the silo's job threads; turns only take
/// pieces of uploads and tell how things stand.
/// </summary>
internal sealed class ModelJobGrain(
    ModelStore store, DataSets sets, JobQueue queue, JobFolder folder, JobRunner runner, JobRecords records, ModelDeletion deletion,
    IOptions<JobOptions> options, TimeProvider clock, ILocalSiloDetails silo) : Grain, IModelJobGrain
{
    /// <summary>Orleans does not see background work, and would collect the grain as idle; uploads are looked after as often.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly List<JobStatus> _ended = [];
    private ActiveJob? _active;
    private Task _work = Task.CompletedTask;
    private int _changing;
    private bool _deleting;

    private string Model => this.GetPrimaryKeyString();

    private JobStatus? Busy => _active?.Job.Latest is { HasEnded: false } status ? status : null;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(LookAfter, new GrainTimerCreationOptions(Period, Period) { Interleave = true });
        if (!ModelNames.IsValid(Model))
            return;
        foreach (var status in await Task.Run(() => records.Load(Model), cancellationToken))
            _ended.Add(status.HasEnded ? status : await LoseAsync(status));
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _active?.Job.StopForSilo();
        if (_active is { IsUploading: true, IsAppending: false } active)
            await EndUploadAsync(active, JobRunner.Stopped(active.Job));
        await _work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public Task<JobReply> Start(JobRequest request) => ChangeAsync(async () =>
    {
        var model = ModelNames.IsValid(Model) ? (await Task.Run(store.Scan)).Models.FirstOrDefault(model => model.Manifest.Name == Model) : null;
        if (model is null)
        {
            return new() { Outcome = JobOutcome.ModelNotFound, Problems = [$"The repository has no model '{Model}' that can be used."] };
        }

        var problems = await Task.Run(() => JobRules.Problems(request, model, sets));
        if (problems.Count > 0)
            return new() { Outcome = JobOutcome.Invalid, Problems = problems.ToArray() };
        if (request.Upload is { Bytes: { } bytes } && await Task.Run(() => JobUpload.WhyTooLarge(folder, bytes, 0, options.Value.MaxUploadBytes)) is { } why)
            return new() { Outcome = JobOutcome.TooLarge, Problems = [why] };

        // Nothing is awaited from here to the point where the job is the model's.
        if (_deleting || Busy is not null)
            return new() { Outcome = JobOutcome.ModelBusy, Problems = [$"Model '{Model}' is busy with something else."], Job = Busy };
        return queue.TryTake() is { } place ? await BeginAsync(request, place) : new() { Outcome = JobOutcome.QueueFull, Problems = ["As many jobs wait on the silo as may."] };
    });

    public async Task<UploadReply> Append(UploadChunk chunk)
    {
        if (_active is not { IsUploading: true, IsAppending: false, Upload: { } upload } active || active.Job.Id != chunk.Job)
            return Gone(chunk.Job);
        var (outcome, reason) = await active.UploadAsync(() => upload.AppendAsync(chunk.Offset, chunk.Bytes));
        active.Job.Uploaded(upload.Bytes);
        return await AfterUploadAsync(active, outcome, reason);
    }

    public async Task<UploadReply> FinishUpload(string job, long bytes, string sha256)
    {
        if (_active is not { IsUploading: true, IsAppending: false, Upload: { } upload } active || active.Job.Id != job)
            return Gone(job);
        var (outcome, reason) = await active.UploadAsync(() => upload.FinishAsync(bytes, sha256));
        var reply = await AfterUploadAsync(active, outcome, reason);
        if (reply.Outcome == UploadOutcome.Ok)
            Run(active);
        return reply with { Job = active.Job.Latest };
    }

    public Task<JobStatus?> GetStatus(string job) => Task.FromResult(Known().FirstOrDefault(status => status.Id == job));

    public async Task<IReadOnlyList<string>?> GetPlan(string job)
    {
        if (_active is { Job: { } active } && active.Id == job)
            return active.Plan;
        return Known().Any(status => status.Id == job) ? await Task.Run(() => records.Plan(Model, job)?.ToArray()) : null;
    }

    public Task<IReadOnlyList<JobStatus>> List() => Task.FromResult<IReadOnlyList<JobStatus>>(Known().ToArray());

    public IAsyncEnumerable<JobStatus> Watch(string job, CancellationToken cancellationToken) => _active is { Job: { } active } && active.Id == job
        ? active.WatchAsync(cancellationToken)
        : Known().Where(status => status.Id == job).ToArray().ToAsyncEnumerable();

    public async Task<JobStatus?> Cancel(string job)
    {
        if (_active is not { } active || active.Job.Id != job)
            return await GetStatus(job);
        active.Job.Cancel();
        if (active is { IsUploading: true, IsAppending: false })
            await EndUploadAsync(active, JobRunner.Stopped(active.Job));
        return active.Job.Latest;
    }

    public Task<DeleteReply> DeleteVariant(string variant) => DeleteAsync(() => deletion.DeleteVariantAsync(Model, variant));

    public Task<DeleteReply> DeleteModel() => DeleteAsync(async () =>
    {
        var reply = await deletion.DeleteModelAsync(Model);
        if (reply.Outcome == DeleteOutcome.Deleted)
        {
            foreach (var status in Known().ToList())
                await Task.Run(() => records.Delete(Model, status.Id));
            _active = null;
            _ended.Clear();
        }

        return reply;
    });

    private async Task<JobReply> BeginAsync(JobRequest request, JobPlace place)
    {
        Remember();
        var now = clock.GetUtcNow();
        var job = new Job(
            new()
            {
                Id = Guid.NewGuid().ToString("n"),
                Model = Model,
                Request = request,
                State = request.Upload is null ? JobState.Queued : JobState.Uploading,
                Message = request.Upload is null ? null : "Takes the upload.",
                Silo = silo.Name,
                Created = now,
            },
            clock);
        var active = _active = new(job, place, clock);
        var problem = TryOpenUpload(active);
        await runner.BeginAsync(job);
        if (problem is not null)
        {
            await EndUploadAsync(active, job.Ending(JobState.Failed, problem));
            return new() { Outcome = JobOutcome.TooLarge, Problems = [problem], Job = job.Latest };
        }

        if (request.Upload is null)
            Run(active);
        return new() { Outcome = JobOutcome.Accepted, Job = job.Latest };
    }

    private string? TryOpenUpload(ActiveJob active)
    {
        try
        {
            if (active.Job.Latest.Request.Upload is { } offer)
                active.Upload = JobUpload.Create(folder, active.Job.Id, offer, options.Value.MaxUploadBytes);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "The silo's disk does not take the upload.";
        }
    }

    private void Run(ActiveJob active)
    {
        active.IsUploading = false;
        _work = Task.Run(() => runner.RunAsync(active.Job, active.Place, active.Upload));
    }

    /// <summary>What comes of a piece that was taken, or not: a job that is wrong, or was cancelled meanwhile, ends.</summary>
    private async Task<UploadReply> AfterUploadAsync(ActiveJob active, UploadOutcome outcome, string? reason)
    {
        if (active.Job.Stop.IsCancellationRequested)
        {
            await EndUploadAsync(active, JobRunner.Stopped(active.Job));
            return Gone(active.Job.Id);
        }

        if (outcome != UploadOutcome.Ok)
            await EndUploadAsync(active, active.Job.Ending(JobState.Failed, reason!));
        return new(outcome, reason, active.Job.Latest);
    }

    private async Task EndUploadAsync(ActiveJob active, JobStatus ending)
    {
        active.IsUploading = false;
        await runner.EndAsync(active.Job, active.Place, active.Upload, ending);
    }

    private UploadReply Gone(string job)
    {
        var status = Known().FirstOrDefault(status => status.Id == job);
        return new(UploadOutcome.Gone, status?.Message ?? "There is no such job.", status);
    }

    private Task<DeleteReply> DeleteAsync(Func<Task<DeleteReply>> delete) => ChangeAsync(async () =>
    {
        if (_deleting || Busy is not null)
            return new(DeleteOutcome.ModelBusy, $"Model '{Model}' is busy with something else.", Busy);
        _deleting = true;
        try
        {
            return await delete();
        }
        finally
        {
            _deleting = false;
        }
    });

    /// <summary>Counts who is about to change something. A grain that has nothing to tell and nothing to do is let go.</summary>
    private async Task<T> ChangeAsync<T>(Func<Task<T>> change)
    {
        _changing++;
        try
        {
            return await change();
        }
        finally
        {
            _changing--;
            Known();
        }
    }

    private IEnumerable<JobStatus> Known()
    {
        if (_active is null && _ended.Count == 0 && _changing == 0)
            DeactivateOnIdle();
        return _active is { } active ? _ended.Prepend(active.Job.Latest) : _ended;
    }

    /// <summary>Puts the last job to those that have ended, of which the oldest are forgotten.</summary>
    private void Remember()
    {
        if (_active is not null)
            _ended.Insert(0, _active.Job.Latest);
        foreach (var old in _ended.Skip(options.Value.KeptJobs - 1).Concat(_ended.Where(status => !records.IsKept(status))).Distinct().ToList())
        {
            _ended.Remove(old);
            records.Delete(Model, old.Id);
        }
    }

    /// <summary>A job that no silo works on any more, since the one that did is gone.</summary>
    private async Task<JobStatus> LoseAsync(JobStatus status)
    {
        var lost = status with
        {
            State = JobState.Failed,
            Message = $"The silo {status.Silo} was lost during the job. Start it again.",
            TimeLeft = null,
            Ahead = null,
            Ended = clock.GetUtcNow(),
        };
        await records.SaveAsync(lost, []);
        return lost;
    }

    private async Task LookAfter(CancellationToken cancellationToken)
    {
        if (Busy is null)
            return;
        DelayDeactivation(TimeSpan.FromMinutes(2));
        if (_active is not { IsUploading: true, IsAppending: false } active)
            return;
        if (active.SinceLastPiece > options.Value.UploadStall || active.Age > options.Value.UploadTimeout)
            await EndUploadAsync(active, active.Job.Ending(JobState.Failed, "The upload was abandoned, or took too long."));
    }
}
