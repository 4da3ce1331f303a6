using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Lineup.GrainInterfaces.Jobs;

namespace Lineup.Frontend.Jobs;

/// <summary>
/// Starts jobs with their uploads and follows them, for whatever in this process talks to people. An upload goes to the silo in pieces
/// as it comes, one at a time, so that it is never whole in memory and a slow disk slows its sender down.
/// </summary>
internal sealed class JobClient(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>A piece is sent on when so much of it has come: a slow sender is then seen to be alive.</summary>
    private const int LeastPiece = 64 * 1024;

    /// <summary>Between attempts to follow a job whose silo does not answer.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>How often in a row that is tried: longer than it takes a cluster to give up a dead silo.</summary>
    private const int Retries = 60;

    public IModelJobGrain Of(string model) => grains.GetGrain<IModelJobGrain>(model);

    /// <summary>Starts a job and sends its upload. Should the sender break off, the job is cancelled.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="request">What is wanted; its <see cref="JobRequest.Upload"/> is set exactly where there is an upload.</param>
    /// <param name="upload">The archive; null where there is none. Only read if the job is accepted.</param>
    /// <param name="cancellationToken">Stops reading the upload.</param>
    /// <returns>The job, or why there is none; and how the upload ended, null where it never began.</returns>
    public async Task<(JobReply Reply, UploadReply? Upload)> StartAsync(
        string model, JobRequest request, Stream? upload, CancellationToken cancellationToken)
    {
        var grain = Of(model);
        var reply = await grain.Start(request);
        if (reply.Outcome != JobOutcome.Accepted || upload is null)
            return (reply, null);

        var job = reply.Job!.Id;
        try
        {
            var sent = await SendAsync(grain, job, upload, cancellationToken);
            return (reply with { Job = sent.Job ?? reply.Job }, sent);
        }
        catch
        {
            // Best effort: a silo that hears of nothing any more gives the upload up by itself.
            grain.Cancel(job).Ignore();
            throw;
        }
    }

    /// <summary>
    /// The job's status now and each time it changes, until it has ended; null each time nothing was new for <paramref name="heartbeat"/>.
    /// Goes on by itself where a silo was lost meanwhile. Empty where there is no such job.
    /// </summary>
    public async IAsyncEnumerable<JobStatus?> WatchAsync(
        string model, string job, TimeSpan heartbeat, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Retries; attempt++)
        {
            var statuses = Of(model).Watch(job, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                while (true)
                {
                    var next = MoveAsync(statuses);
                    var isDeaf = false;
                    while (!isDeaf && !await EndsWithinAsync(next, heartbeat))
                    {
                        // A call to a silo that was lost is only given up long after that silo.
                        isDeaf = await HasEndedAsync(model, job);
                        if (!isDeaf)
                            yield return null;
                    }

                    if (isDeaf || await next is not { } moved)
                        break;
                    if (!moved)
                        yield break;
                    attempt = 0;
                    yield return statuses.Current;
                }
            }
            finally
            {
                // Not awaited: where the silo is lost, that would take as long again.
                statuses.DisposeAsync().AsTask().Ignore();
            }

            await Task.Delay(RetryDelay, clock, cancellationToken);
        }
    }

    private static async Task<UploadReply> SendAsync(IModelJobGrain grain, string job, Stream upload, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[UploadChunk.MaxBytes];
        var sent = 0L;
        int read;
        while ((read = await upload.ReadAtLeastAsync(buffer, LeastPiece, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            // The buffer is used again only when the silo has answered, and so has done with it.
            var piece = buffer.AsMemory(0, read);
            hash.AppendData(piece.Span);
            var reply = await grain.Append(new() { Job = job, Offset = sent, Bytes = piece });
            if (reply.Outcome != UploadOutcome.Ok)
                return reply;
            sent += read;
        }

        return await grain.FinishUpload(job, sent, Convert.ToHexStringLower(hash.GetCurrentHash()));
    }

    private async Task<bool> HasEndedAsync(string model, string job)
    {
        try
        {
            return await Of(model).GetStatus(job) is null or { HasEnded: true };
        }
        catch (Exception error) when (error is Orleans.Runtime.OrleansException or TimeoutException)
        {
            return false;
        }
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan time)
    {
        await task.WaitAsync(time, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }

    /// <summary>Null where the silo does not answer, or has forgotten the watcher.</summary>
    private static async Task<bool?> MoveAsync(IAsyncEnumerator<JobStatus> statuses)
    {
        try
        {
            return await statuses.MoveNextAsync();
        }
        catch (Exception error) when (error is Orleans.Runtime.OrleansException or TimeoutException or EnumerationAbortedException)
        {
            return null;
        }
    }
}
