using Orleans.Concurrency;

namespace Lineup.GrainInterfaces.Jobs;

/// <summary>
/// Makes and evaluates variants of one model in the background, and deletes them; keyed by the model's name, so that of all these only
/// one is under way at a time. A job goes on whoever watches, and can be read for a while after its end.
/// </summary>
[Alias("lineup.IModelJobGrain")]
public interface IModelJobGrain : IGrainWithStringKey
{
    /// <summary>
    /// Begins a job, unless the request is wrong or the model has one. A job that takes an upload first waits for it:
    /// <see cref="Append"/> until all is sent, then <see cref="FinishUpload"/>.
    /// </summary>
    [AlwaysInterleave, Alias("Start")]
    Task<JobReply> Start(JobRequest request);

    /// <summary>Takes the next piece of a job's upload. One call at a time, in order.</summary>
    [AlwaysInterleave, Alias("Append")]
    Task<UploadReply> Append(UploadChunk chunk);

    /// <summary>Says that all is sent, and what it should have been; the job is then queued.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="bytes">Bytes sent.</param>
    /// <param name="sha256">Their SHA-256, 64 lower-case hexadecimal digits.</param>
    [AlwaysInterleave, Alias("FinishUpload")]
    Task<UploadReply> FinishUpload(string job, long bytes, string sha256);

    /// <summary>The job of that id; null where there is none, or none any more.</summary>
    [AlwaysInterleave, Alias("GetStatus"), ResponseTimeout("00:00:10")]
    Task<JobStatus?> GetStatus(string job);

    /// <summary>Everything that a compress job decided, tensor by tensor, for people to read; null where there is no such job.</summary>
    [AlwaysInterleave, Alias("GetPlan"), ResponseTimeout("00:00:10")]
    Task<IReadOnlyList<string>?> GetPlan(string job);

    /// <summary>The model's jobs that are still known, the latest first.</summary>
    [AlwaysInterleave, Alias("List"), ResponseTimeout("00:00:10")]
    Task<IReadOnlyList<JobStatus>> List();

    /// <summary>
    /// The status now and each time it changes, until the job has ended; nothing where there is no such job. Slow watchers miss what is
    /// between.
    /// </summary>
    [AlwaysInterleave, Alias("Watch")]
    IAsyncEnumerable<JobStatus> Watch(string job, CancellationToken cancellationToken);

    /// <summary>Asks a job to end; it has ended once its state says so. Null where there is no such job.</summary>
    [AlwaysInterleave, Alias("Cancel")]
    Task<JobStatus?> Cancel(string job);

    /// <summary>Deletes a variant other than the original, once requests that it has accepted have finished.</summary>
    [AlwaysInterleave, Alias("DeleteVariant")]
    Task<DeleteReply> DeleteVariant(string variant);

    /// <summary>Deletes the model with all its variants, once requests that they have accepted have finished.</summary>
    [AlwaysInterleave, Alias("DeleteModel")]
    Task<DeleteReply> DeleteModel();
}
