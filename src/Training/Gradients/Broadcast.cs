using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>What undoes the repetition of numbers that operators of two inputs do: sums over what was repeated.</summary>
internal static class Broadcast
{
    /// <summary>Brings a gradient of shape <paramref name="from"/> to the shape <paramref name="to"/> that was broadcast to it.</summary>
    public static Value Undo(Emitter emit, Value gradient, long[] from, long[] to)
    {
        if (from.SequenceEqual(to))
            return gradient;
        var missing = from.Length - to.Length;
        var axes = Enumerable.Range(0, from.Length)
            .Where(axis => axis < missing || (to[axis - missing] == 1 && from[axis] != 1)).Select(axis => (long)axis).ToArray();
        var sum = axes.Length == 0 ? gradient : emit.Sum(gradient, true, axes);
        return missing == 0 ? sum : emit.Reshape(sum, to);
    }
}
