namespace Lineup.Compression.Onnx;

/// <summary>Checks that a graph is whole: what every pass must leave behind.</summary>
public static class GraphValidator
{
    /// <summary>Says everything that is wrong; empty when the graph is sound.</summary>
    public static IEnumerable<string> Problems(OnnxModel model)
    {
        var graph = model.Graph;
        return Names(graph).Concat(Order(graph)).Concat(Uses(graph)).Concat(Ends(graph)).Concat(Domains(model));
    }

    /// <exception cref="InvalidModelException">The graph is not sound; the message lists the first few problems.</exception>
    public static void Validate(OnnxModel model)
    {
        var problems = Problems(model).Take(5).ToArray();
        if (problems.Length > 0)
            throw new InvalidModelException(string.Join("; ", problems));
    }

    private static IEnumerable<string> Names(Graph graph)
    {
        var seen = new HashSet<string>();
        foreach (var value in graph.Values())
        {
            if (value.Name.Length == 0)
                yield return value.Producer is { } producer ? $"{producer} makes a value without a name" : "a value has no name";
            else if (!seen.Add(value.Name))
                yield return $"two values have the name '{value.Name}'";
        }
    }

    private static IEnumerable<string> Order(Graph graph)
    {
        var known = graph.Inputs.Concat(graph.Initializers).ToHashSet();
        foreach (var node in graph.Nodes)
        {
            foreach (var input in node.Inputs.OfType<Value>().Where(input => !known.Contains(input)))
                yield return $"{node} reads '{input.Name}', which nothing before it makes";
            foreach (var output in node.Outputs.OfType<Value>())
            {
                if (output.Producer != node)
                    yield return $"{node} makes '{output.Name}', which says that {output.Producer?.ToString() ?? "nobody"} does";
                if (output.Data is not null || output.IsGraphInput)
                    yield return $"{node} makes '{output.Name}', which is an initializer or an input";
                known.Add(output);
            }
        }

        foreach (var output in graph.Outputs.Where(output => !known.Contains(output)))
            yield return $"output '{output.Name}' is made by nothing in the graph";
    }

    private static IEnumerable<string> Uses(Graph graph)
    {
        var actual = new Dictionary<Value, HashSet<Use>>();
        foreach (var node in graph.Nodes)
        {
            if (node.Graph != graph)
                yield return $"{node} does not know its graph";
            for (var i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is not { } input)
                    continue;
                if (!actual.TryGetValue(input, out var uses))
                    actual[input] = uses = [];
                uses.Add(new(node, i));
            }
        }

        foreach (var value in graph.Values())
        {
            var uses = actual.GetValueOrDefault(value, []);
            if (value.Uses.Count != uses.Count || !uses.SetEquals(value.Uses))
                yield return $"'{value.Name}' believes in {value.Uses.Count} uses, of which there are {uses.Count}";
        }
    }

    private static IEnumerable<string> Ends(Graph graph)
    {
        if (graph.Outputs.Count == 0)
            yield return "the graph has no output";
        foreach (var value in graph.Values())
        {
            if (value.IsGraphInput != graph.Inputs.Contains(value))
                yield return $"'{value.Name}' is wrong about being an input";
            if (value.IsGraphOutput != graph.Outputs.Contains(value))
                yield return $"'{value.Name}' is wrong about being an output";
        }

        foreach (var value in graph.Initializers.Where(value => value.Data is null || value.Producer is not null))
            yield return $"initializer '{value.Name}' has no numbers of its own";
    }

    private static IEnumerable<string> Domains(OnnxModel model) =>
        from domain in model.Graph.Nodes.Select(node => node.Domain == OnnxModel.StandardDomain ? "" : node.Domain).Distinct()
        where !model.Opsets.ContainsKey(domain) && (domain.Length > 0 || !model.Opsets.ContainsKey(OnnxModel.StandardDomain))
        select $"no version of operator domain '{domain}' is given";
}
