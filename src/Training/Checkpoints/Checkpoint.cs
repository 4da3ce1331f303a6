namespace Lineup.Training.Checkpoints;

/// <summary>Where a run stands between two steps: with it the run goes on exactly as if it had never stopped.</summary>
internal sealed record Checkpoint
{
    /// <summary>Says which run it is of: recipe and pictures, and the rates of all steps so far. Another run cannot go on from it.</summary>
    public required string Run { get; init; }

    /// <summary>The epoch that comes next or is under way, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>The step of that epoch that comes next, from 0.</summary>
    public required int Step { get; init; }

    /// <summary>What the steps of that epoch have come to so far.</summary>
    public required EpochSums Sums { get; init; }

    /// <summary>Steps in the running mean of the weights.</summary>
    public required long Averaged { get; init; }

    /// <summary>Weights, statistics and slots by name.</summary>
    public required IReadOnlyDictionary<string, float[]> Tensors { get; init; }

    /// <summary>Running means by the name of what they are of; empty where there are none.</summary>
    public required IReadOnlyDictionary<string, float[]> Means { get; init; }
}

/// <summary>What the steps of an epoch have come to.</summary>
/// <param name="Steps">How many they are.</param>
/// <param name="Loss">Sum of their losses.</param>
/// <param name="Correct">Pictures that they got right.</param>
/// <param name="Seconds">Time that they took.</param>
internal readonly record struct EpochSums(int Steps, double Loss, long Correct, double Seconds)
{
    public EpochSums With(float loss, int correct, double seconds) => new(Steps + 1, Loss + loss, Correct + correct, Seconds + seconds);
}
