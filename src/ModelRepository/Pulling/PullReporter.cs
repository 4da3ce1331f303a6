namespace Lineup.ModelRepository.Pulling;

/// <summary>Counts the attempts of one pull and tells whoever watches it. One thread at a time.</summary>
internal sealed class PullReporter(IProgress<PullProgress>? progress, long totalBytes)
{
    private int _attempt;
    private long _done;

    /// <summary>A reporter to the same watcher for another file.</summary>
    public PullReporter For(long bytes) => new(progress, bytes);

    public void Connecting(long done)
    {
        _attempt++;
        Report(PullStage.Connecting, done);
    }

    public void Retrying(string why) => progress?.Report(new PullProgress(PullStage.Connecting, _done, totalBytes, _attempt, why));

    public void Report(PullStage stage, long done)
    {
        _done = done;
        progress?.Report(new PullProgress(stage, done, totalBytes, Math.Max(1, _attempt)));
    }
}
