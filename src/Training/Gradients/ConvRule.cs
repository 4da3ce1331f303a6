using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>Convolutions of pictures: any kernel, stride, padding, dilation and number of groups.</summary>
internal sealed class ConvRule : IGradientRule
{
    public string Operator => "Conv";

    public string? Refusal(Node node) => ConvGeometry.Refusal(node);

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var geometry = ConvGeometry.OfConv(node);
        if (tape.Needs(node.Inputs[0]))
            tape.Accumulate(node.Inputs[0]!, ConvInputGradient.Add(tape.Emit, geometry, gradient, tape.Step(node.Inputs[1]!)));
        if (tape.Needs(node.Inputs[1]))
            tape.Accumulate(node.Inputs[1]!, ConvWeightGradient.Add(tape.Emit, geometry, gradient, tape.Step(node.Inputs[0]!)));
        if (tape.Needs(node.Input(2)))
            tape.Accumulate(node.Inputs[2]!, tape.Emit.SumOfChannels(gradient, 4));
    }
}
