using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>Which constants of a model are weights to be trained, and which are statistics.</summary>
internal static class Trainables
{
    /// <summary>
    /// Weights and biases of convolutions and matrix products, scales and shifts of normalisations: float32 constants in those places, or
    /// behind a fake quantization in those places, each once, in the order in which the model reads them.
    /// </summary>
    public static IReadOnlyList<Value> Of(IEnumerable<Node> nodes) =>
        [.. nodes.SelectMany(Parameters).OfType<Value>().Select(Quantized).Where(IsWeight).Distinct()];

    /// <summary>Running means and variances of normalisations.</summary>
    public static IReadOnlyList<Value> Statistics(IEnumerable<Node> nodes) =>
        [.. nodes.Where(node => node.Is("BatchNormalization")).SelectMany(node => new[] { node.Inputs[3]!, node.Inputs[4]! }).Distinct()];

    /// <summary>True for what multiplies and has many numbers: weight decay and masks are for these alone.</summary>
    public static bool IsKernel(Value weight) =>
        weight.Uses.Any(use => use.Node.Is("QuantizeLinear") || use.Node.Is("DequantizeLinear")
            ? use.Index == 0 && IsKernel(use.Node.Output)
            : use.Index < 2 && (use.Node.Is("Conv") || use.Node.Is("Gemm") || use.Node.Is("MatMul")));

    private static IEnumerable<Value?> Parameters(Node node) => node.OpType switch
    {
        "Conv" or "Gemm" => node.Inputs.Skip(1),
        "MatMul" => node.Inputs,
        "BatchNormalization" => node.Inputs.Skip(1).Take(2),
        _ => [],
    };

    /// <summary>What is quantized and comes back as this value; the value itself where nothing is.</summary>
    private static Value Quantized(Value value) =>
        value.Producer is { } back && back.Is("DequantizeLinear") && back.Inputs[0]?.Producer is { } rounding && rounding.Is("QuantizeLinear")
            ? rounding.Inputs[0]!
            : value;

    private static bool IsWeight(Value value) => value.Constant is { ElementType: ElementType.Float };
}
