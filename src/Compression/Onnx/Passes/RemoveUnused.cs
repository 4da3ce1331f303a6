namespace Lineup.Compression.Onnx.Passes;

/// <summary>Removes nodes and initializers that lead to no output.</summary>
public sealed class RemoveUnused : IGraphPass
{
    public string Name => "remove what is unused";

    public PassResult Run(OnnxModel model)
    {
        var (graph, done) = (model.Graph, new List<string>());
        foreach (var node in graph.Nodes.Reverse().ToArray())
        {
            if (node.Outputs.Any(output => output is { Uses.Count: > 0 } or { IsGraphOutput: true }))
                continue;
            graph.Remove(node);
            done.Add($"{node} leads nowhere");
        }

        foreach (var value in graph.Initializers.ToArray())
        {
            if (value.Uses.Count > 0 || value.IsGraphOutput || value.IsGraphInput)
                continue;
            graph.RemoveInitializer(value);
            done.Add($"initializer '{value.Name}' is read by nothing");
        }

        return new(Name, done, []);
    }
}
