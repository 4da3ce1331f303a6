namespace Lineup.Compression.Onnx;

/// <summary>Copies a model, or the part of one that some nodes make up.</summary>
internal static class GraphCopier
{
    /// <summary>The whole model, and which value of the copy stands for which of the original.</summary>
    public static (OnnxModel Model, IReadOnlyDictionary<Value, Value> Values) Copy(OnnxModel model)
    {
        var graph = new Graph { Name = model.Graph.Name, Extra = model.Graph.Extra };
        var values = new Dictionary<Value, Value>();
        foreach (var input in model.Graph.Inputs)
            graph.AddInput(Copy(input, values));
        foreach (var initializer in model.Graph.Initializers)
            graph.AddInitializer(Copy(initializer, values), initializer.Data!);
        foreach (var node in model.Graph.Nodes)
            graph.Append(Copy(node, values));
        foreach (var output in model.Graph.Outputs)
            graph.AddOutput(values[output]);
        return (Frame(model, graph), values);
    }

    /// <summary>
    /// A model of <paramref name="nodes"/> alone, which must be in topological order. What they read from outside becomes an input, or
    /// an initializer where it is constant; <paramref name="outputs"/> become its outputs.
    /// </summary>
    public static OnnxModel Extract(OnnxModel model, IReadOnlyCollection<Node> nodes, IEnumerable<Value> outputs)
    {
        var graph = new Graph { Name = model.Graph.Name };
        var values = new Dictionary<Value, Value>();
        var inside = nodes.ToHashSet();
        foreach (var outer in nodes.SelectMany(node => node.Inputs).OfType<Value>().Distinct())
        {
            if (outer.Producer is { } producer && inside.Contains(producer))
                continue;
            if (outer.Constant is { } constant)
                graph.AddInitializer(Copy(outer, values), constant);
            else
                graph.AddInput(Copy(outer, values));
        }

        foreach (var node in nodes)
            graph.Append(Copy(node, values));
        foreach (var output in outputs)
            graph.AddOutput(values[output]);
        return Frame(model, graph);
    }

    private static OnnxModel Frame(OnnxModel model, Graph graph)
    {
        var copy = new OnnxModel
        {
            Graph = graph,
            IrVersion = model.IrVersion,
            ProducerName = model.ProducerName,
            ProducerVersion = model.ProducerVersion,
            Extra = model.Extra,
        };
        foreach (var (domain, version) in model.Opsets)
            copy.Opsets.Add(domain, version);
        foreach (var (key, text) in model.Metadata)
            copy.Metadata.Add(key, text);
        return copy;
    }

    private static Node Copy(Node node, Dictionary<Value, Value> values)
    {
        var inputs = node.Inputs.Select(input => input is null ? null : values[input]);
        var outputs = node.Outputs.Select(output => output is null ? null : Copy(output, values));
        var copy = new Node(node.OpType, inputs, outputs, node.Name, node.Domain) { Extra = node.Extra };
        foreach (var attribute in node.Attributes)
            copy.Attributes.Put(attribute);
        return copy;
    }

    /// <summary>The copy of a value, made when it is first asked for: an initializer may be a graph input too.</summary>
    private static Value Copy(Value value, Dictionary<Value, Value> values)
    {
        if (!values.TryGetValue(value, out var copy))
            values[value] = copy = new(value.Name) { Type = value.Type, Dims = value.Dims, Extra = value.Extra };
        return copy;
    }
}
