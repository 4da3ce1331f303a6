using Lineup.Frontend.Classification;

namespace Lineup.Frontend.Page.Classify;

/// <summary>Where a picture is on its way.</summary>
public enum RunStage
{
    /// <summary>Others are before it.</summary>
    Waiting,
    Sending,

    /// <summary>It is there; answers come in.</summary>
    Answering,
    Done,
    Failed,
}

/// <summary>One picture and what became of it. Everything it is told may be told twice.</summary>
public sealed class PictureRun(string id, string name, long? bytes, Choice choice)
{
    private readonly List<ComparedVariant> _answers = [];
    private readonly List<SkippedVariant> _skipped = [];

    public string Id => id;

    public string Name => name;

    /// <summary>Size of the file; null for one of the history.</summary>
    public long? Bytes => bytes;

    public Choice Choice => choice;

    public RunStage Stage { get; private set; }

    /// <summary>Share of the file that has been sent, 0 to 1.</summary>
    public double Sent { get; private set; }

    /// <summary>In the order in which they came: the original first, if it answered.</summary>
    public IReadOnlyList<ComparedVariant> Answers => _answers;

    public IReadOnlyList<SkippedVariant> Skipped => _skipped;

    public Problem? Problem { get; private set; }

    public bool IsUnderWay => Stage is RunStage.Waiting or RunStage.Sending or RunStage.Answering;

    public ComparedVariant? Original => _answers.FirstOrDefault(answer => answer.Variant == "original");

    /// <summary>It has begun to be sent, or sending has come so far.</summary>
    public void Send(double share)
    {
        // A picture that is sent anew starts afresh.
        if (Stage == RunStage.Failed)
            (Problem, Stage) = (null, RunStage.Waiting);
        if (Stage is RunStage.Waiting or RunStage.Sending)
            (Sent, Stage) = (share, share >= 1 ? RunStage.Answering : RunStage.Sending);
    }

    public void Await()
    {
        (Problem, Sent, Stage) = (null, 0, RunStage.Waiting);
        _answers.Clear();
        _skipped.Clear();
    }

    public void Answer(ComparedVariant answer)
    {
        Stage = Stage == RunStage.Done ? RunStage.Done : RunStage.Answering;
        if (_answers.All(known => known.Variant != answer.Variant))
            _answers.Add(answer);
    }

    public void Skip(SkippedVariant skipped)
    {
        if (!_skipped.Contains(skipped))
            _skipped.Add(skipped);
    }

    public void Finish() => Stage = RunStage.Done;

    public void Fail(Problem problem) => (Problem, Stage) = (problem, RunStage.Failed);
}
