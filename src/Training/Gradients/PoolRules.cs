using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>Mean over all positions of a channel: each position gets an equal share.</summary>
internal sealed class GlobalAveragePoolRule : IGradientRule
{
    public string Operator => "GlobalAveragePool";

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var sides = Tape.Shape(node.Inputs[0]!)[2..];
        var share = 1f / sides.Aggregate(1L, (product, side) => product * side);
        tape.Accumulate(node.Inputs[0]!, tape.Emit.Mul(gradient, tape.Emit.Filled(share, sides)));
    }
}
