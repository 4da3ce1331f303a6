using Lineup.Compression.Onnx;
using Lineup.Training.Gradients;

namespace Lineup.Training.Losses;

/// <summary>weight x mean of (x - t)^2 over all elements; the gradient is 2 weight / count x (x - t).</summary>
internal static class MeanSquaredDifference
{
    /// <summary>Adds the loss, a scalar, and its part of the value's gradient.</summary>
    public static Value Add(Tape tape, Value value, Value target, double weight)
    {
        var (emit, shape) = (tape.Emit, Tape.Shape(value));
        var share = weight / shape.Aggregate(1.0, (product, side) => product * side);
        var difference = emit.Sub(tape.Step(value), target);
        var axes = Enumerable.Range(0, shape.Length).Select(axis => (long)axis).ToArray();
        tape.Accumulate(value, emit.Mul(difference, 2 * share));
        return emit.Mul(emit.Sum(emit.Mul(difference, difference), false, axes), share);
    }
}
