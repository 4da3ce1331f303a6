namespace Lineup.Compression.HalfPrecision;

/// <summary>How a half-precision variant is made.</summary>
public sealed record HalfPrecisionOptions
{
    /// <summary>Whether only the weights are stored in half precision, or everything is computed in it. Default: storage.</summary>
    public HalfPrecisionMode Mode { get; init; } = HalfPrecisionMode.Storage;

    /// <summary>
    /// Tensors of fewer elements stay float32 in storage mode: a Cast in the file costs more than they save. Default: 32; at least 1.
    /// </summary>
    public int MinimumElements { get; init; } = 32;
}

/// <summary>What is in half precision.</summary>
public enum HalfPrecisionMode
{
    /// <summary>
    /// The weights in the file. A Cast that ONNX Runtime folds when it loads the model makes them float32 again, so that it runs as fast
    /// as the original on a CPU, for which ONNX Runtime has no half-precision kernels on x86.
    /// </summary>
    Storage,

    /// <summary>The weights and the arithmetic, for GPUs. Inputs and outputs of the model stay float32.</summary>
    Compute,
}
