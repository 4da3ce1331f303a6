using Lineup.Compression.Onnx;
using Lineup.Training.Gradients;

namespace Lineup.Training.Optimizers;

/// <summary>The norm over all gradients together, and what they are multiplied by so that it stays within bounds.</summary>
internal static class GradientClipping
{
    /// <summary>The norm, a scalar, and min(1, limit / norm), or null where there is no limit.</summary>
    public static (Value Norm, Value? Scale) Add(Emitter emit, IReadOnlyList<WeightGradient> gradients, double? limit)
    {
        var squares = gradients.Select(gradient => emit.Op("ReduceSumSquare", [gradient.Gradient], node => node.Set("keepdims", 0))).ToArray();
        var norm = emit.Op("Sqrt", squares.Length == 1 ? squares[0] : emit.Op("Sum", squares));
        if (limit is null)
            return (norm, null);

        // A gradient of zeros has no direction to keep: limit / 0 is infinite, and the smaller is 1.
        return (norm, emit.Op("Min", emit.Scalar(1), emit.Div(emit.Scalar(limit.Value), norm)));
    }
}
