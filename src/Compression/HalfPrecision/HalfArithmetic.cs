using Lineup.Compression.Onnx;

namespace Lineup.Compression.HalfPrecision;

/// <summary>
/// A graph that computes in half precision between float32 inputs and outputs. Nodes whose operator does not take half precision, or
/// should not, stay in float32 between Casts.
/// </summary>
internal static class HalfArithmetic
{
    /// <summary>
    /// Standard operators whose float inputs and outputs are all of one type that may be float16. Softmax and its like are left out on
    /// purpose: their sums and small probabilities are worth float32, and they cost next to nothing.
    /// </summary>
    private static readonly HashSet<string> Convertible =
    [
        "Abs", "Add", "AveragePool", "BatchNormalization", "Clip", "Concat", "Conv", "ConvTranspose", "DepthToSpace", "Div", "Elu", "Erf",
        "Expand", "Flatten", "Gather", "Gelu", "Gemm", "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "HardSwish", "Identity",
        "LeakyRelu", "MatMul", "Max", "MaxPool", "Min", "Mish", "Mul", "Neg", "PRelu", "Pad", "Relu", "Reshape", "Sigmoid", "Slice",
        "Softplus", "SpaceToDepth", "Split", "Squeeze", "Sub", "Sum", "Tanh", "Tile", "Transpose", "Unsqueeze", "Where",
    ];

    /// <exception cref="UnsupportedModelException">Types of inner values are not known.</exception>
    public static HalfPrecisionPlan Plan(OnnxModel model, IReadOnlyList<Value> floats)
    {
        if (model.Graph.Nodes.SelectMany(node => node.Outputs).FirstOrDefault(output => output is { Type: null }) is { } untyped)
            throw new UnsupportedModelException($"The type of '{untyped.Name}' is not known: run the pass that infers shapes first.");

        var nodes = model.Graph.Nodes.Select(Plan).ToArray();
        var converting = Converting(model.Graph, nodes);
        return new(HalfPrecisionMode.Compute, [.. floats.Select(value => Plan(value, converting))], nodes);
    }

    public static void Apply(Graph graph, HalfPrecisionPlan plan)
    {
        var converting = Converting(graph, plan.Nodes);
        var weights = plan.Converted.Select(tensor => tensor.Name).ToHashSet();
        var converted = graph.Initializers.Where(value => weights.Contains(value.Name)).ToHashSet();
        KeepOutputs(graph, converting);

        var other = new Dictionary<Value, Value>();
        foreach (var node in graph.Nodes.ToArray())
        {
            var half = converting.Contains(node);
            for (var i = 0; i < node.Inputs.Count; i++)
            {
                // A Cast takes whatever comes.
                if (node.Inputs[i] is { } input && (half ? input.Type == ElementType.Float : IsHalved(input)) && !node.Is("Cast"))
                    node.SetInput(i, InOtherPrecision(graph, node, input, converted.Contains(input), other));
            }

            foreach (var output in node.Outputs.OfType<Value>().Where(output => half && output.Type == ElementType.Float))
                output.Type = ElementType.Float16;
        }

        foreach (var value in converted)
            graph.RemoveIfUnused(value);

        // What is float16 in the original is so by its author's wish and is left alone.
        bool IsHalved(Value value) => value.Type == ElementType.Float16 && value.Producer is { } producer && converting.Contains(producer);
    }

    private static HashSet<Node> Converting(Graph graph, IReadOnlyList<HalfPrecisionNode> plan) =>
        [.. graph.Nodes.Zip(plan).Where(pair => pair.Second.Converts).Select(pair => pair.First)];

    private static HalfPrecisionNode Plan(Node node) =>
        Refusal(node) is { } reason ? new(node.ToString(), false, reason) : new(node.ToString(), true, "half precision throughout");

    private static string? Refusal(Node node)
    {
        if (node.Domain.Length > 0 && node.Domain != OnnxModel.StandardDomain)
            return $"an operator of {node.Domain}";
        if (!Convertible.Contains(node.OpType))
            return $"{node.OpType} stays in float32";
        if (!node.Outputs.OfType<Value>().Any(output => output.Type == ElementType.Float))
            return "it makes no float32 numbers";
        return node.Inputs.Any(input => input?.Type is ElementType.Double or ElementType.BFloat16) ? "it mixes precisions" : null;
    }

    private static HalfPrecisionTensor Plan(Value value, HashSet<Node> converting)
    {
        var elements = value.Data!.ElementCount;
        var refusal = value.IsGraphInput ? "a caller may replace it, so it is cast when the model runs"
            : value.Uses.Count == 0 ? "nothing reads it"
            : value.Uses.Any(use => converting.Contains(use.Node)) ? null
            : "who reads it stays in float32";
        return refusal is null
            ? new(value.Name, elements, true, "who reads it computes in half precision", HalfConversion.Measure(value.Data.AsSpan<float>()))
            : new(value.Name, elements, false, refusal, HalfLoss.None);
    }

    /// <summary>Outputs of the model that would become half precision are made by a Cast, which takes over their names.</summary>
    private static void KeepOutputs(Graph graph, HashSet<Node> converting)
    {
        foreach (var output in graph.Outputs.ToArray())
        {
            if (output is not { Type: ElementType.Float, Producer: { } producer } || !converting.Contains(producer))
                continue;
            var cast = HalfCast.Create(graph, output, ElementType.Float);
            graph.TryReplace(output, cast.Output);
            cast.Output.RedirectUses(output);
            graph.Append(cast);
        }
    }

    /// <summary>The same value in the other precision: an initializer of its own for weights, a Cast for all else, made once.</summary>
    private static Value InOtherPrecision(Graph graph, Node reader, Value value, bool isWeight, Dictionary<Value, Value> other)
    {
        if (other.TryGetValue(value, out var present))
            return present;
        if (isWeight)
            return other[value] = graph.AddInitializer(graph.UniqueName($"{value.Name}.half"), HalfConversion.Convert(value));
        var to = value.Type == ElementType.Float ? ElementType.Float16 : ElementType.Float;
        return other[value] = graph.InsertBefore(reader, HalfCast.Create(graph, value, to)).Output;
    }
}
