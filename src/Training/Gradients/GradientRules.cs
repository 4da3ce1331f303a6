using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>The operators that can be trained through.</summary>
internal static class GradientRules
{
    private static readonly Dictionary<string, IGradientRule> Rules = All().ToDictionary(rule => rule.Operator);

    public static IGradientRule? Find(Node node) =>
        node.Domain.Length == 0 || node.Domain == OnnxModel.StandardDomain ? Rules.GetValueOrDefault(node.OpType) : null;

    /// <summary>Why a node cannot be trained through, naming it, or null where it can.</summary>
    public static string? Refusal(Node node) =>
        Find(node) is not { } rule ? $"{node}: no gradient is known for this operator"
        : rule.Refusal(node) is { } reason ? $"{node}: {reason}"
        : null;

    private static IEnumerable<IGradientRule> All() =>
    [
        new AddRule(),
        new AveragePoolRule(),
        new BatchNormalizationRule(),
        new ClipRule(),
        new ConcatRule(),
        new ConvRule(),
        new DequantizeRule(),
        new DivRule(),
        new GemmRule(),
        new GlobalAveragePoolRule(),
        new IdentityRule("Dropout"),
        new IdentityRule("Identity"),
        new LogSoftmaxRule(),
        new MatMulRule(),
        new MaxPoolRule(),
        new MulRule(),
        new PadRule(),
        new QuantizeRule(),
        new ReduceRule("ReduceMean"),
        new ReduceRule("ReduceSum"),
        new ReluRule(),
        new ReshapeRule("Flatten"),
        new ReshapeRule("Reshape"),
        new ReshapeRule("Squeeze"),
        new ReshapeRule("Unsqueeze"),
        new SoftmaxRule(),
        new SubRule(),
        new TransposeRule(),
    ];
}
