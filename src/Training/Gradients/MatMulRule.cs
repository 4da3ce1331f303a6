using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>y = A B, also of stacks of matrices with broadcasting: dA = dy B^T, dB = A^T dy.</summary>
internal sealed class MatMulRule : IGradientRule
{
    public string Operator => "MatMul";

    public string? Refusal(Node node) =>
        node.Inputs.Any(input => input?.Dims is not { Count: >= 2 }) ? "only products of matrices can be trained through, not of vectors" : null;

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var (a, b) = (node.Inputs[0]!, node.Inputs[1]!);
        if (tape.Needs(a))
            Give(a, tape.Emit.Op("MatMul", gradient, Turned(tape, b)));
        if (tape.Needs(b))
            Give(b, tape.Emit.Op("MatMul", Turned(tape, a), gradient));

        void Give(Value input, Value whole)
        {
            var own = Tape.Shape(input);
            var stack = Tape.Shape(node.Output)[..^2];
            tape.Accumulate(input, Broadcast.Undo(tape.Emit, whole, [.. stack, .. own[^2..]], own));
        }
    }

    private static Value Turned(Tape tape, Value value)
    {
        var rank = Tape.Shape(value).Length;
        var order = Enumerable.Range(0, rank).Select(axis => (long)axis).ToArray();
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return tape.Emit.Transpose(tape.Step(value), order);
    }
}
