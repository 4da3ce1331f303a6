namespace Lineup.Training.Steps;

/// <summary>How steps run.</summary>
public sealed record TrainingSessionOptions
{
    /// <summary>Threads of a step: 1 or more; as many as the machine has by default.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Whether threads that wait for each other keep their cores busy. That is a little faster on a machine of its own, but where others
    /// work too it costs two thirds of the speed; off by default.
    /// </summary>
    public bool Spin { get; init; }

    /// <summary>Where ONNX Runtime writes a profile of its operators, as a prefix of the file's path; null for nowhere.</summary>
    public string? ProfilePrefix { get; init; }
}
