using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>y = max(x, 0): the gradient passes where y is above 0.</summary>
internal sealed class ReluRule : IGradientRule
{
    public string Operator => "Relu";

    public void Backward(Node node, Value gradient, Tape tape)
    {
        // Sign of y is 0 or 1: one operator and one product, without a tensor of booleans.
        var open = tape.Emit.Op("Sign", tape.Step(node.Output));
        tape.Accumulate(node.Inputs[0]!, tape.Emit.Mul(gradient, open));
    }
}
