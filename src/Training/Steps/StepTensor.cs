using Lineup.Compression.Onnx;

namespace Lineup.Training.Steps;

/// <summary>What a tensor that a step carries on is for.</summary>
public enum StepTensorKind
{
    /// <summary>A parameter of the model, which gradients move.</summary>
    Weight,

    /// <summary>A running statistic of a normalisation: part of the model, moved by what flows through it.</summary>
    Statistic,

    /// <summary>The optimiser's own memory, no part of the model.</summary>
    Slot,
}

/// <summary>A tensor that a step reads and gives back changed; float32.</summary>
/// <param name="Name">For weights and statistics the name they have in the model; unique in a step.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Initial">The numbers it starts with.</param>
public sealed record StepTensor(string Name, StepTensorKind Kind, TensorData Initial)
{
    internal string InputName => Name;

    internal string OutputName => $"{Name}/next";
}
