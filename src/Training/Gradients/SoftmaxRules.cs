using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>y = exp(x) / sum exp(x) along an axis: dx = y (dy - sum dy y).</summary>
internal sealed class SoftmaxRule : IGradientRule
{
    public string Operator => "Softmax";

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var (emit, y) = (tape.Emit, tape.Step(node.Output));
        var mean = emit.Sum(emit.Mul(gradient, y), true, node.Attributes.GetInt("axis", -1));
        tape.Accumulate(node.Inputs[0]!, emit.Mul(y, emit.Sub(gradient, mean)));
    }
}

/// <summary>y = x - log sum exp(x) along an axis: dx = dy - exp(y) sum dy.</summary>
internal sealed class LogSoftmaxRule : IGradientRule
{
    public string Operator => "LogSoftmax";

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var (emit, y) = (tape.Emit, tape.Step(node.Output));
        var sum = emit.Sum(gradient, true, node.Attributes.GetInt("axis", -1));
        tape.Accumulate(node.Inputs[0]!, emit.Sub(gradient, emit.Mul(emit.Op("Exp", y), sum)));
    }
}
