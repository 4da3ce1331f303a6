using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>Operators that give the same numbers in the same order in another shape: the gradient takes the input's shape again.</summary>
internal sealed class ReshapeRule(string op) : IGradientRule
{
    public string Operator => op;

    public void Backward(Node node, Value gradient, Tape tape) =>
        tape.Accumulate(node.Inputs[0]!, tape.Emit.Reshape(gradient, Tape.Shape(node.Inputs[0]!)));
}

/// <summary>y = x. Dropout too, which training here leaves as it is in inference: what it would draw could not be resumed exactly.</summary>
internal sealed class IdentityRule(string op) : IGradientRule
{
    public string Operator => op;

    public void Forward(Node node, Tape tape) => tape.Bind(node.Output, tape.Step(node.Inputs[0]!));

    public void Backward(Node node, Value gradient, Tape tape) => tape.Accumulate(node.Inputs[0]!, gradient);
}

/// <summary>Axes in another order: the gradient's go back.</summary>
internal sealed class TransposeRule : IGradientRule
{
    public string Operator => "Transpose";

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var rank = Tape.Shape(node.Output).Length;
        var order = node.Attributes.GetInts("perm") ?? [.. Enumerable.Range(0, rank).Select(axis => (long)(rank - 1 - axis))];
        var back = new long[rank];
        foreach (var (place, axis) in order.Index())
            back[axis] = place;
        tape.Accumulate(node.Inputs[0]!, tape.Emit.Transpose(gradient, back));
    }
}

/// <summary>Parts side by side: each takes its part of the gradient.</summary>
internal sealed class ConcatRule : IGradientRule
{
    public string Operator => "Concat";

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var axis = node.Attributes.GetInt("axis", 0);
        axis += axis < 0 ? Tape.Shape(node.Output).Length : 0;
        var start = 0L;
        foreach (var input in node.Inputs.OfType<Value>())
        {
            var size = Tape.Shape(input)[axis];
            if (tape.Needs(input))
                tape.Accumulate(input, tape.Emit.Slice(gradient, axis, start, start + size));
            start += size;
        }
    }
}

/// <summary>Numbers around: the gradient is that of the middle.</summary>
internal sealed class PadRule : IGradientRule
{
    public string Operator => "Pad";

    public string? Refusal(Node node) =>
        node.Attributes.GetText("mode", "constant") != "constant" ? "only padding with a constant can be trained through"
        : node.Input(1)?.Constant is not { } pads ? "its padding is not constant"
        : node.Input(3) is not null ? "padding of chosen axes cannot be trained through"
        : pads.ToArray<long>().Any(pad => pad < 0) ? "its padding is negative"
        : null;

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var (pads, shape) = (node.Inputs[1]!.Constant!.ToArray<long>(), Tape.Shape(node.Inputs[0]!));
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (pads[axis] != 0 || pads[axis + shape.Length] != 0)
                gradient = tape.Emit.Slice(gradient, axis, pads[axis], pads[axis] + shape[axis]);
        }

        tape.Accumulate(node.Inputs[0]!, gradient);
    }
}
