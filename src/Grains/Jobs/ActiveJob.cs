using Lineup.GrainInterfaces.Jobs;

namespace Lineup.Grains.Jobs;

/// <summary>The job that a model's grain looks after, with what belongs to it. Only touched in the grain's turns.</summary>
internal sealed class ActiveJob(Job job, JobPlace place, TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();
    private long _lastPiece = clock.GetTimestamp();

    public Job Job => job;

    public JobPlace Place => place;

    /// <summary>Where the upload goes; null where there is none.</summary>
    public JobUpload? Upload { get; set; }

    /// <summary>Whether pieces of the upload are still to come. Then the grain ends the job itself, since nobody else works on it.</summary>
    public bool IsUploading { get; set; } = job.Latest.State == JobState.Uploading;

    /// <summary>Whether a piece is being written: until it is, the file may not be closed.</summary>
    public bool IsAppending { get; private set; }

    public TimeSpan Age => clock.GetElapsedTime(_began);

    public TimeSpan SinceLastPiece => clock.GetElapsedTime(_lastPiece);

    /// <summary>Does something with the upload. A disk that fails is one more way in which it cannot go on.</summary>
    public async Task<(UploadOutcome Outcome, string? Reason)> UploadAsync(Func<Task<(UploadOutcome Outcome, string? Reason)>> step)
    {
        IsAppending = true;
        try
        {
            return await step();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (UploadOutcome.TooLarge, $"the silo's disk does not take the upload: {error.Message.ReplaceLineEndings(" ")}");
        }
        finally
        {
            IsAppending = false;
            _lastPiece = clock.GetTimestamp();
        }
    }
}
