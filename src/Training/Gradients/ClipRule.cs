using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>y = min(max(x, low), high), such as ReLU6: the gradient passes where y is strictly between the bounds.</summary>
internal sealed class ClipRule : IGradientRule
{
    public string Operator => "Clip";

    public string? Refusal(Node node) => Bound(node, 1) is null || Bound(node, 2) is null ? "its bounds are not constant" : null;

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var y = tape.Step(node.Output);
        if (Bound(node, 1) is { } low && float.IsFinite(low))
            gradient = tape.Emit.Mul(gradient, StepFunction.Above(tape.Emit, y, low));
        if (Bound(node, 2) is { } high && float.IsFinite(high))
            gradient = tape.Emit.Mul(gradient, StepFunction.Below(tape.Emit, y, high));
        tape.Accumulate(node.Inputs[0]!, gradient);
    }

    /// <summary>A bound; infinite where it is left out; null where it is not constant.</summary>
    private static float? Bound(Node node, int index) =>
        node.Input(index) is not { } input ? float.PositiveInfinity
        : input.Constant is { ElementType: ElementType.Float, ElementCount: 1 } data
            ? (MathF.Abs(data.AsSpan<float>()[0]) < 1e7f ? data.AsSpan<float>()[0] : float.PositiveInfinity)
        : null;
}
