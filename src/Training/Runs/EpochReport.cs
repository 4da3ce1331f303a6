namespace Lineup.Training.Runs;

/// <summary>What an epoch came to: a line of the metrics file.</summary>
public sealed record EpochReport
{
    /// <summary>Epochs done, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps done in all.</summary>
    public required long Steps { get; init; }

    /// <summary>Learning rate of the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Mean loss of the steps, each before it moved the weights.</summary>
    public required double Loss { get; init; }

    /// <summary>Share of the changed training pictures that were right, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Norm of the last step's gradients.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Share of the test pictures that are right, 0 to 1; null where it was not measured.</summary>
    public double? TestTop1 { get; init; }

    /// <summary>The same of the averaged weights.</summary>
    public double? AveragedTestTop1 { get; init; }

    /// <summary>Training pictures a second, testing left out.</summary>
    public required double PicturesPerSecond { get; init; }

    /// <summary>Seconds that the epoch's steps took.</summary>
    public required double Seconds { get; init; }
}

/// <summary>How far a run is.</summary>
/// <param name="Epoch">Epoch under way, from 1.</param>
/// <param name="Epochs">Epochs of the run.</param>
/// <param name="Step">Steps of the epoch that are done.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="Loss">Mean loss of the epoch so far.</param>
/// <param name="Accuracy">Share of its pictures that were right, 0 to 1; null where they have no labels.</param>
/// <param name="PicturesPerSecond">Training pictures a second.</param>
/// <param name="Left">Time that the rest of the run will take at this speed.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Step, int Steps, double Loss, double? Accuracy, double PicturesPerSecond, TimeSpan Left);
