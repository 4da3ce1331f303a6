using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>y = alpha A' B' + beta C, where A' and B' may be transposed: dA' = alpha dy B'^T, dB' = alpha A'^T dy, dC = beta dy.</summary>
internal sealed class GemmRule : IGradientRule
{
    public string Operator => "Gemm";

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var (a, b, alpha) = (node.Inputs[0]!, node.Inputs[1]!, node.Attributes.GetFloat("alpha", 1));
        var (turnA, turnB) = (node.Attributes.GetInt("transA", 0) != 0, node.Attributes.GetInt("transB", 0) != 0);
        if (tape.Needs(a))
        {
            tape.Accumulate(a, turnA
                ? Product(tape, alpha, tape.Step(b), turnB, gradient, true)
                : Product(tape, alpha, gradient, false, tape.Step(b), !turnB));
        }

        if (tape.Needs(b))
        {
            tape.Accumulate(b, turnB
                ? Product(tape, alpha, gradient, true, tape.Step(a), turnA)
                : Product(tape, alpha, tape.Step(a), !turnA, gradient, false));
        }

        if (node.Input(2) is { } c && tape.Needs(c))
        {
            var shift = Broadcast.Undo(tape.Emit, gradient, Tape.Shape(node.Output), Tape.Shape(c));
            tape.Accumulate(c, tape.Emit.Mul(shift, node.Attributes.GetFloat("beta", 1)));
        }
    }

    private static Value Product(Tape tape, float alpha, Value left, bool turnLeft, Value right, bool turnRight) =>
        tape.Emit.Op("Gemm", [left, right], node =>
        {
            node.Set("alpha", alpha);
            node.Set("transA", turnLeft ? 1L : 0L);
            node.Set("transB", turnRight ? 1L : 0L);
        });
}
