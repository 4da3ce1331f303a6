using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Jobs;
using Lineup.GrainInterfaces.Replicas;
using Lineup.GrainInterfaces.Variants;
using Microsoft.Extensions.Logging;

namespace Lineup.Grains.Jobs;

/// <summary>
/// Takes a job from its place in the queue to its end: work, upload deleted, new variants in the place of old ones in memory, record
/// written, and only then the last word to its watchers.
/// </summary>
internal sealed partial class JobRunner(JobWork work, JobRecords records, JobMetrics metrics, IGrainFactory grains, ILogger<JobRunner> log)
{
    /// <summary>Writes down that a job was accepted.</summary>
    public async Task BeginAsync(Job job)
    {
        metrics.Started(job.Latest.Kind);
        Accepted(log, job.Latest.Kind, job.Latest.Model, job.Id);
        await records.SaveAsync(job.Latest, []);
    }

    /// <summary>Runs the job to its end, whatever that is; never throws.</summary>
    public async Task RunAsync(Job job, JobPlace place, JobUpload? upload)
    {
        JobStatus ending;
        try
        {
            await place.WaitForTurnAsync(job.Queued, job.Stop);
            job.Begin();
            var result = await work.RunAsync(job, upload?.Path);
            ending = job.Ending(JobState.Done, Summary(job.Latest, result), result);
        }
        catch (OperationCanceledException) when (job.Stop.IsCancellationRequested)
        {
            ending = Stopped(job);
        }
        catch (JobException error)
        {
            ending = job.Ending(JobState.Failed, error.Message) with { Refused = error.IsRefusal };
        }
#pragma warning disable CA1031 // The boundary of a background job: whoever watches must learn that it has ended.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Unexpected(log, error, job.Latest.Model, job.Id);
            ending = job.Ending(JobState.Failed, $"The job failed unexpectedly: {error.Message.ReplaceLineEndings(" ")}");
        }

        await ReloadAsync(job.Latest);
        await EndAsync(job, place, upload, ending);
    }

    /// <summary>Ends a job that does not work, or not any more; never throws.</summary>
    public async Task EndAsync(Job job, JobPlace place, JobUpload? upload, JobStatus ending)
    {
        try
        {
            if (upload is not null)
                await upload.DisposeAsync();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            NotDeleted(log, error, job.Latest.Model, job.Id);
        }

        await records.SaveAsync(ending, job.Plan);
        place.Dispose();
        metrics.Ended(ending);
        Ended(log, ending.Model, ending.Id, ending.State, ending.Message);
        job.End(ending);
    }

    /// <summary>How a job that was told to stop has ended: by somebody's wish, or with its silo.</summary>
    public static JobStatus Stopped(Job job)
    {
        var kept = job.Latest.Finished is { Count: > 0 } finished && job.Latest.Kind == JobKind.Compress ? $" Made before: {string.Join(", ", finished)}." : "";
        return job.WasCancelled
            ? job.Ending(JobState.Cancelled, $"Cancelled.{kept}")
            : job.Ending(JobState.Failed, $"The silo stopped during the job. Start it again.{kept}");
    }

    /// <summary>A variant that is in memory, or could not be loaded, is loaded anew; one that is not is loaded when it is asked for.</summary>
    private async Task ReloadAsync(JobStatus job)
    {
        if (job.Request.Compress is not { DryRun: false })
            return;
        foreach (var variant in job.Finished)
        {
            try
            {
                var grain = grains.GetGrain<IVariantReplicasGrain>(new ModelVariantId(job.Model, variant).ToString());
                if ((await grain.GetStatus()).State is not VariantState.Absent)
                    await grain.Load(CancellationToken.None);
            }
#pragma warning disable CA1031 // The variant is made and on disk; that it could not be loaded anew at once must not fail the job.
            catch (Exception error)
#pragma warning restore CA1031
            {
                NotReloaded(log, error, job.Model, variant);
            }
        }
    }

    private static string Summary(JobStatus job, JobResult result) => job.Request.Compress switch
    {
        null => $"Evaluated {string.Join(", ", job.Finished)}.",
        { DryRun: true } order => $"Planned {string.Join(", ", order.Variants)}; nothing was made.",
        _ => $"Made {string.Join(", ", result.Variants.Select(variant => variant.Name))}.",
    };

    [LoggerMessage(LogLevel.Information, "Job accepted: {Kind} {Model} ({Job})")]
    private static partial void Accepted(ILogger log, JobKind kind, string model, string job);

    [LoggerMessage(LogLevel.Information, "Job of {Model} ended as {State} ({Job}): {Message}")]
    private static partial void Ended(ILogger log, string model, string job, JobState state, string? message);

    [LoggerMessage(LogLevel.Error, "Job {Job} of {Model} failed unexpectedly")]
    private static partial void Unexpected(ILogger log, Exception error, string model, string job);

    [LoggerMessage(LogLevel.Warning, "The upload of job {Job} of {Model} cannot be deleted")]
    private static partial void NotDeleted(ILogger log, Exception error, string model, string job);

    [LoggerMessage(LogLevel.Warning, "{Model}/{Variant} was made, but could not be loaded anew")]
    private static partial void NotReloaded(ILogger log, Exception error, string model, string variant);
}
