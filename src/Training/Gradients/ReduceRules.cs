using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>Sum or mean over axes: each number that went in gets the same gradient, divided by their count for a mean.</summary>
internal sealed class ReduceRule(string op) : IGradientRule
{
    public string Operator => op;

    public string? Refusal(Node node) => node.Input(1) is { Constant: null } ? "its axes are not constant" : null;

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var shape = Tape.Shape(node.Inputs[0]!);
        var axes = Axes(node, shape.Length);
        var (kept, ones) = ((long[])shape.Clone(), Enumerable.Repeat(1L, shape.Length).ToArray());
        foreach (var axis in axes)
            (kept[axis], ones[axis]) = (1, shape[axis]);
        var count = axes.Aggregate(1L, (product, axis) => product * shape[axis]);
        var share = tape.Emit.Filled(op == "ReduceMean" ? 1f / count : 1, ones);
        tape.Accumulate(node.Inputs[0]!, tape.Emit.Mul(tape.Emit.Reshape(gradient, kept), share));
    }

    /// <summary>From the attribute of older operator sets or the input of newer ones; none means all, unless the node says otherwise.</summary>
    private static long[] Axes(Node node, int rank)
    {
        var axes = node.Attributes.GetInts("axes")?.ToArray() ?? node.Input(1)?.Constant!.ToArray<long>() ?? [];
        if (axes.Length == 0)
            return node.Attributes.GetInt("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, rank).Select(axis => (long)axis)];
        return [.. axes.Select(axis => axis < 0 ? axis + rank : axis)];
    }
}
