using Lineup.GrainInterfaces.Catalog;
using Lineup.ModelRepository;
using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Lineup.Grains.Catalog;

/// <summary>Pulls one model in the background. What a stopped silo leaves unfinished, the next start resumes.</summary>
internal sealed class ModelPullGrain(
    ModelPuller puller, CatalogLoader loader, IOptions<RepositoryOptions> options, TimeProvider clock)
    : Grain, IModelPullGrain, IDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private PullJob? _job;
    private Task _work = Task.CompletedTask;

    private string Model => this.GetPrimaryKeyString();

    private PullStatus Nothing => new() { Model = Model, State = PullState.None };

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Orleans does not see the background work, and would collect the grain as idle.
        this.RegisterGrainTimer(
            _ =>
            {
                if (_job is { Latest.HasEnded: false })
                    DelayDeactivation(KeepAlive * 2);
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(KeepAlive, KeepAlive) { Interleave = true });
        return Task.CompletedTask;
    }

    public Task<PullStatus> Start(bool force)
    {
        if (_job is null || _job.Latest.HasEnded)
        {
            var job = _job = new(Model, clock);
            _work = Task.Run(() => PullAsync(job, force, _stopping.Token));
        }

        return Task.FromResult(_job.Latest);
    }

    public Task<PullStatus> GetStatus() => Task.FromResult(_job?.Latest ?? Nothing);

    public Task<PullStatus> Cancel()
    {
        _job?.Cancel();
        return GetStatus();
    }

    public IAsyncEnumerable<PullStatus> Watch(CancellationToken cancellationToken) =>
        _job?.WatchAsync(cancellationToken)
        ?? new[] { Nothing }.ToAsyncEnumerable();

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task PullAsync(PullJob job, bool force, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(job.Stop, stopping);
        try
        {
            var catalog = await loader.LoadAsync(
                RepositoryLocation.ResolveCatalog(options.Value, Environment.CurrentDirectory), either.Token);
            if (!catalog.Succeeded)
            {
                job.End(PullState.Failed, string.Join("; ", catalog.Problems.Prepend(catalog.Message)));
                return;
            }

            var result = await puller.PullAsync(catalog.Catalog, job.Model, new PullOptions { Force = force }, job, either.Token);
            job.End(result.Succeeded ? PullState.Done : PullState.Failed, string.Join("; ", result.Warnings.Prepend(result.Message)));
        }
        catch (OperationCanceledException) when (job.Stop.IsCancellationRequested)
        {
            job.End(PullState.Cancelled, $"{job.Model}: cancelled; start it again to go on where it stopped");
        }
        catch (OperationCanceledException)
        {
            job.End(PullState.Failed, $"{job.Model}: the silo stopped during the pull; start it again to go on where it stopped");
        }
#pragma warning disable CA1031 // The boundary of a background job: whoever watches must learn that it has ended.
        catch (Exception error)
#pragma warning restore CA1031
        {
            job.End(PullState.Failed, $"{job.Model}: the pull failed unexpectedly: {error.Message}");
        }
    }
}
