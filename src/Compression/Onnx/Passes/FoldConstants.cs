namespace Lineup.Compression.Onnx.Passes;

/// <summary>
/// Computes what does not depend on the input, by running ONNX Runtime on those nodes alone, and keeps the results as initializers.
/// Weights in a compact form are left in it: DequantizeLinear, and Cast from float16.
/// </summary>
public sealed class FoldConstants : IGraphPass
{
    /// <summary>Results above this many bytes are kept only if they are no larger than what they are computed from.</summary>
    private const int Growth = 1 << 20;

    private static readonly HashSet<string> Random =
        ["RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli", "Dropout"];

    public string Name => "fold constants";

    public PassResult Run(OnnxModel model)
    {
        var (graph, done, left) = (model.Graph, new List<string>(), new List<string>());
        var nodes = ConstantNodes(graph);
        var results = Results(nodes);
        if (results.Count == 0)
            return new(Name, done, left);

        foreach (var (value, data) in Compute(model, nodes, results, left))
        {
            var constant = new Value(value.Name);
            value.RedirectUses(constant);
            done.Add($"'{value.Name}' = {data}");
            RemoveDead(graph, nodes);
            graph.AddInitializer(constant, data);
        }

        return new(Name, done, left);
    }

    /// <summary>Nodes that read nothing but constants and each other, in order.</summary>
    private static List<Node> ConstantNodes(Graph graph)
    {
        var nodes = new List<Node>();
        var known = new HashSet<Value>();
        foreach (var node in graph.Nodes)
        {
            if (Random.Contains(node.OpType) || IsCompactWeight(node) || node.Outputs.Any(output => output is { IsGraphOutput: true })
                || !node.Inputs.All(input => input is null || input.Constant is not null || known.Contains(input)))
                continue;
            nodes.Add(node);
            known.UnionWith(node.Outputs.OfType<Value>());
        }

        return nodes;
    }

    private static bool IsCompactWeight(Node node) => node.OpType is "DequantizeLinear" or "QuantizeLinear" or "DynamicQuantizeLinear"
        || (node.OpType == "Cast" && node.Input(0)?.Constant?.ElementType is ElementType.Float16 or ElementType.BFloat16);

    /// <summary>What the rest of the graph reads of them.</summary>
    private static List<Value> Results(List<Node> nodes)
    {
        var inside = nodes.ToHashSet();
        var made = nodes.SelectMany(node => node.Outputs).OfType<Value>();
        return [.. made.Where(value => value.Uses.Any(use => !inside.Contains(use.Node)))];
    }

    private static IEnumerable<(Value, TensorData)> Compute(OnnxModel model, List<Node> nodes, List<Value> results, List<string> left)
    {
        var given = results.Where(value => value.Constant is not null).Select(value => (value, value.Constant!)).ToArray();
        var wanted = results.Where(value => value.Constant is null).ToArray();
        if (wanted.Length == 0)
            return given;
        try
        {
            var part = GraphCopier.Extract(model, [.. nodes.Where(node => node.ConstantValue is null)], wanted);
            var budget = Growth + part.Graph.Initializers.Sum(value => (long)value.Data!.Bytes.Length);
            using var session = GraphSession.Load(part);
            var computed = session.Run();
            if (computed.Sum(data => (long)data.Bytes.Length) <= budget)
                return given.Concat(wanted.Zip(computed));
            left.Add($"{wanted.Length} constants would be larger than what they are computed from");
        }
        catch (InvalidModelException error)
        {
            left.Add($"{wanted.Length} constants cannot be computed: {error.Message}");
        }

        return given;
    }

    private static void RemoveDead(Graph graph, List<Node> nodes)
    {
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            var node = nodes[i];
            if (node.Outputs.Any(output => output is { Uses.Count: > 0 }))
                continue;
            graph.Remove(node);
            nodes.RemoveAt(i);
            foreach (var input in node.Inputs)
                graph.RemoveIfUnused(input);
        }
    }
}
