using Lineup.Training.Data;
using Lineup.Training.Recipes;
using Lineup.Training.Schedules;

namespace Lineup.Training.Runs;

/// <summary>How a run goes through its pictures.</summary>
internal sealed record RunPlan
{
    /// <summary>Says which run this is; a checkpoint of another is refused.</summary>
    public required string Identity { get; init; }

    /// <summary>Folder for checkpoint and metrics; it must exist.</summary>
    public required string Folder { get; init; }

    /// <summary>Epochs in all.</summary>
    public required int Epochs { get; init; }

    /// <summary>The learning rate over all steps.</summary>
    public required LearningRateSchedule Schedule { get; init; }

    /// <summary>The running mean of the weights; null for none.</summary>
    public AveragingOptions? Averaging { get; init; }

    /// <summary>How batches are made.</summary>
    public required FeedOptions Feed { get; init; }

    /// <summary>Epochs between two tests; the last is always tested. 1 or more.</summary>
    public int TestEvery { get; init; } = 1;

    /// <summary>Whether to go on from the folder's checkpoint.</summary>
    public bool Resume { get; init; }

    /// <summary>Time after which the run stops with a checkpoint; null for none.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Threads that test.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Name of the checkpoint in its folder.</summary>
    public const string CheckpointName = "checkpoint.bin";

    /// <summary>Name of the metrics in their folder.</summary>
    public const string MetricsName = "metrics.jsonl";
}

/// <summary>What a run has come to.</summary>
/// <param name="Finished">False where its time was over first.</param>
/// <param name="Last">The last epoch that was finished; null where none was.</param>
internal sealed record RunOutcome(bool Finished, EpochReport? Last);
