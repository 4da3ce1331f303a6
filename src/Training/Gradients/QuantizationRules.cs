using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>
/// Rounding to integers, trained straight through (Bengio et al. 2013): on the way back rounding counts as the identity within the range
/// that the integers can represent, and as a constant outside. With <see cref="DequantizeRule"/> behind it this is fake quantization: the
/// network is trained with the errors that int8 will make. Scales and zero points are constants, one a tensor or one a channel.
/// </summary>
internal sealed class QuantizeRule : IGradientRule
{
    public string Operator => "QuantizeLinear";

    public string? Refusal(Node node) =>
        node.Inputs[1]?.Constant is not { ElementType: ElementType.Float } || node.Input(2) is { Constant: null }
            ? "its scale and zero point are not constant"
        : node.Attributes.GetInt("block_size", 0) != 0 ? "scales for blocks of a channel cannot be trained through"
        : Range(node) is null ? "only 8-bit integers can be trained through"
        : null;

    public void Backward(Node node, Value gradient, Tape tape)
    {
        var (emit, x, scale) = (tape.Emit, node.Inputs[0]!, node.Inputs[1]!.Constant!);
        var shape = Tape.Shape(x);
        var (lowest, highest) = Range(node)!.Value;

        // In steps, so that channels share their bounds. What rounds to the last integer is within the range.
        var steps = emit.Mul(tape.Step(x), emit.Constant(Along(node, shape, Array.ConvertAll(scale.ToArray<float>(), step => 1 / step))));
        var zero = node.Input(2)?.Constant is { } zeros ? Along(node, shape, Numbers(zeros)) : null;
        if (zero is not null && zero.ToArray<float>().Any(number => number != 0))
            steps = emit.Add(steps, emit.Constant(zero));
        var inside = emit.Mul(StepFunction.Above(emit, steps, lowest - 0.5f), StepFunction.Below(emit, steps, highest + 0.5f));
        tape.Accumulate(x, emit.Mul(gradient, inside));
    }

    private static (int Lowest, int Highest)? Range(Node node) => node.Input(2)?.Constant?.ElementType switch
    {
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        null or ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        _ => null,
    };

    private static float[] Numbers(TensorData zeros) => zeros.ElementType == ElementType.Int8
        ? Array.ConvertAll(zeros.ToArray<sbyte>(), number => (float)number)
        : Array.ConvertAll(zeros.ToArray<byte>(), number => (float)number);

    /// <summary>One number, or one a channel in a shape that broadcasts along the node's axis.</summary>
    private static TensorData Along(Node node, long[] shape, float[] values)
    {
        if (values.Length == 1)
            return TensorData.Scalar(values[0]);
        var axis = node.Attributes.GetInt("axis", 1);
        var dims = Enumerable.Repeat(1L, shape.Length).ToArray();
        dims[axis < 0 ? axis + shape.Length : axis] = values.Length;
        return TensorData.Create(values, dims);
    }
}

/// <summary>From integers back to numbers: the gradient goes on to what was quantized.</summary>
internal sealed class DequantizeRule : IGradientRule
{
    public string Operator => "DequantizeLinear";

    public string? Refusal(Node node) =>
        node.Inputs[0]?.Producer is { } producer && !producer.Is("QuantizeLinear") ? "it does not follow a QuantizeLinear" : null;

    public void Backward(Node node, Value gradient, Tape tape) => tape.Accumulate(node.Inputs[0]!, gradient);
}
