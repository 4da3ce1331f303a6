using Lineup.Compression.Onnx;

namespace Lineup.Compression.Quantization;

/// <summary>How often an operator occurs.</summary>
public sealed record OperatorCount(string OpType, int Count);

/// <summary>What ONNX Runtime makes of a quantized model on this machine.</summary>
/// <param name="Operators">Operators by kind, in alphabetical order.</param>
/// <param name="FloatNodes">Nodes that compute in float, with the reason; none that only convert or move numbers.</param>
public sealed record FusedGraph(IReadOnlyList<OperatorCount> Operators, IReadOnlyList<FloatNode> FloatNodes)
{
    /// <summary>How many nodes of a kind there are.</summary>
    public int Count(string opType) => Operators.FirstOrDefault(one => one.OpType == opType)?.Count ?? 0;
}

/// <summary>
/// Asks ONNX Runtime which pairs of DequantizeLinear and QuantizeLinear it could fuse into integer operators: it loads the model as in
/// service, has the optimised graph written to a temporary file, and reads that. Rules of its own about it would age.
/// </summary>
internal static class FusedGraphInspector
{
    /// <summary>What ONNX Runtime adds to names where it blocks channels for the processor's vectors.</summary>
    private const string OwnLayout = "_nchwc";

    private static readonly HashSet<string> Integer =
        ["QGemm", "ConvInteger", "MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul"];

    private static readonly HashSet<string> Moving =
    [
        "QuantizeLinear", "DequantizeLinear", "Cast", "Concat", "Constant", "Expand", "Flatten", "Gather", "Identity", "Reshape", "Shape",
        "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze", "ReorderInput", "ReorderOutput",
    ];

    /// <param name="model">The quantized model.</param>
    /// <param name="planned">Nodes that are meant to stay in float.</param>
    /// <exception cref="InvalidModelException">ONNX Runtime refuses the model.</exception>
    public static FusedGraph Inspect(OnnxModel model, IReadOnlyList<FloatNode> planned)
    {
        var fused = Optimised(model);
        var reasons = new Dictionary<string, string>();
        foreach (var node in planned)
            reasons.TryAdd(node.Output, node.Why);
        var counts = fused.Graph.Nodes.CountBy(node => node.OpType).Select(pair => new OperatorCount(pair.Key, pair.Value));
        var floats = fused.Graph.Nodes.Where(ComputesInFloat)
            .Select(node => new FloatNode(node.ToString(), node.Output.Name, Why(node, reasons)));
        return new([.. counts.OrderBy(count => count.OpType, StringComparer.Ordinal)], [.. floats]);
    }

    private static OnnxModel Optimised(OnnxModel model)
    {
        var folder = Directory.CreateTempSubdirectory("lineup-fused-");
        try
        {
            var path = Path.Combine(folder.FullName, "model.onnx");
            GraphSession.Load(model, new(Optimize: true, OptimizedModelPath: path)).Dispose();
            return OnnxReader.Read(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool ComputesInFloat(Node node) => !IsInteger(node) && !Moving.Contains(node.OpType) && IsFloat(node.Output);

    private static bool IsInteger(Node node) =>
        node.OpType.StartsWith("QLinear", StringComparison.Ordinal) || Integer.Contains(node.OpType);

    /// <summary>ONNX Runtime does not say the type of values that its own rearrangements made; they follow from what makes them.</summary>
    private static bool IsFloat(Value value) => value.Type is { } type
        ? type == ElementType.Float
        : value.Producer is not { } producer || producer.OpType == "DequantizeLinear"
            || (producer.OpType != "QuantizeLinear" && !IsInteger(producer) && (producer.Input(0) is not { } input || IsFloat(input)));

    private static string Why(Node node, Dictionary<string, string> reasons)
    {
        // A node of its own layout is called after what the original put out, whatever it puts out itself.
        if (reasons.GetValueOrDefault(node.Output.Name) is { } planned)
            return planned;
        if (node.Name.EndsWith(OwnLayout, StringComparison.Ordinal) && reasons.GetValueOrDefault(node.Name[..^OwnLayout.Length]) is { } same)
            return same;
        var dequantizes = node.Inputs.Any(input => input?.Producer is { OpType: "DequantizeLinear" });
        var quantizes = node.Output.Uses.Any(use => use.Node.OpType == "QuantizeLinear");
        return (dequantizes, quantizes) switch
        {
            (true, true) => $"ONNX Runtime has no integer form of this {node.OpType}, though what it reads and makes is quantized",
            (true, false) => "what it makes is not quantized",
            (false, true) => "what it reads is not quantized",
            _ => "neither what it reads nor what it makes is quantized",
        };
    }
}
