using Lineup.Compression.Onnx;

namespace Lineup.Compression.Pruning;

/// <summary>Where a pruning run is.</summary>
/// <param name="Stage">What it is doing, in words.</param>
/// <param name="Done">Units of work of the whole run that are done.</param>
/// <param name="Total">Units of work of the whole run; one unit takes about as long as another.</param>
public readonly record struct PruningProgress(string Stage, int Done, int Total);

/// <summary>What became of one node that has weights.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Operator">Its operator, with the kernel of a convolution.</param>
/// <param name="Weights">Number of weights in the result, without biases.</param>
/// <param name="Zeros">How many of them are zero.</param>
/// <param name="Treatment">What was done.</param>
/// <param name="Error">
/// Mean square by which the output misses the original's, on the calibration pictures and with everything before it pruned too, as a
/// share of the output's variance; null where it was not measured.
/// </param>
/// <param name="Why">The reason, in words.</param>
public sealed record LayerOutcome(string Node, string Operator, int Weights, int Zeros, LayerTreatment Treatment, double? Error, string Why)
{
    public double Sparsity => Weights == 0 ? 0 : (double)Zeros / Weights;
}

/// <summary>A pruned model and how it came about.</summary>
/// <param name="Model">The new model; the original is unchanged.</param>
/// <param name="Layers">In the order of the graph.</param>
/// <param name="Parameters">Weights of the original, without biases.</param>
/// <param name="MultiplyAdds">Multiply-adds of one picture; null where no channels were removed.</param>
public sealed record PruningResult(
    OnnxModel Model, IReadOnlyList<LayerOutcome> Layers, long Parameters, MultiplyAdds? MultiplyAdds)
{
    /// <summary>How the removals were shared among layers and rows; null where nothing was chosen.</summary>
    public string? Sharing { get; init; }

    /// <summary>What was tried on the way, in words; the best was taken.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Share of all Conv and Gemm weights in the result that are zero.</summary>
    public double Sparsity => (double)Layers.Sum(layer => (long)layer.Zeros) / Math.Max(1, Layers.Sum(layer => (long)layer.Weights));
}

/// <summary>Multiply-adds of Conv and Gemm for one picture, of the original and of the result.</summary>
public sealed record MultiplyAdds(long Before, long After);
