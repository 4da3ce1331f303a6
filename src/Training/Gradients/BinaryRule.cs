using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>Operators of two inputs, element by element with broadcasting: Add, Sub, Mul, Div.</summary>
internal abstract class BinaryRule(string op) : IGradientRule
{
    public string Operator => op;

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var (left, right) = (node.Inputs[0]!, node.Inputs[1]!);
        if (tape.Needs(left))
            Give(left, Left(tape.Emit, gradient, tape.Step(right)));
        if (tape.Needs(right))
            Give(right, Right(tape.Emit, gradient, tape.Step(left), tape.Step(right), tape.Step(node.Output)));

        void Give(Value input, Value whole) =>
            tape.Accumulate(input, Broadcast.Undo(tape.Emit, whole, Tape.Shape(node.Output), Tape.Shape(input)));
    }

    /// <summary>Gradient of the left input, in the shape of the output.</summary>
    protected abstract Value Left(Emitter emit, Value gradient, Value right);

    /// <summary>Gradient of the right input, in the shape of the output.</summary>
    protected abstract Value Right(Emitter emit, Value gradient, Value left, Value right, Value output);
}

/// <summary>y = a + b.</summary>
internal sealed class AddRule() : BinaryRule("Add")
{
    protected override Value Left(Emitter emit, Value gradient, Value right) => gradient;

    protected override Value Right(Emitter emit, Value gradient, Value left, Value right, Value output) => gradient;
}

/// <summary>y = a - b.</summary>
internal sealed class SubRule() : BinaryRule("Sub")
{
    protected override Value Left(Emitter emit, Value gradient, Value right) => gradient;

    protected override Value Right(Emitter emit, Value gradient, Value left, Value right, Value output) => emit.Op("Neg", gradient);
}

/// <summary>y = a b.</summary>
internal sealed class MulRule() : BinaryRule("Mul")
{
    protected override Value Left(Emitter emit, Value gradient, Value right) => emit.Mul(gradient, right);

    protected override Value Right(Emitter emit, Value gradient, Value left, Value right, Value output) => emit.Mul(gradient, left);
}

/// <summary>y = a / b; dy/db = -y / b.</summary>
internal sealed class DivRule() : BinaryRule("Div")
{
    protected override Value Left(Emitter emit, Value gradient, Value right) => emit.Div(gradient, right);

    protected override Value Right(Emitter emit, Value gradient, Value left, Value right, Value output) =>
        emit.Op("Neg", emit.Div(emit.Mul(gradient, output), right));
}
