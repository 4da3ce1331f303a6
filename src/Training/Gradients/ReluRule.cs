using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>y = max(x, 0): the gradient passes where y is above 0.</summary>
internal sealed class ReluRule : IGradientRule
{
    public string Operator => "Relu";

    public void Backward(Node node, Value gradient, Tape tape) =>
        tape.Accumulate(node.Inputs[0]!, tape.Emit.Mul(gradient, StepFunction.Above(tape.Emit, tape.Step(node.Output), 0)));
}
