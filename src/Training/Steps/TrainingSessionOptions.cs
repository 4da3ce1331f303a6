namespace Lineup.Training.Steps;

/// <summary>How steps run.</summary>
public sealed record TrainingSessionOptions
{
    /// <summary>Threads of a step: 1 or more; as many as the machine has by default.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where ONNX Runtime writes a profile of its operators, as a prefix of the file's path; null for nowhere.</summary>
    public string? ProfilePrefix { get; init; }
}
