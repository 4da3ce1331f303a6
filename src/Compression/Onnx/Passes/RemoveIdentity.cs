namespace Lineup.Compression.Onnx.Passes;

/// <summary>Removes what passes its input on: Identity, and Dropout as it is in inference.</summary>
public sealed class RemoveIdentity : IGraphPass
{
    public string Name => "remove identities";

    public PassResult Run(OnnxModel model)
    {
        var (done, left) = (new List<string>(), new List<string>());
        foreach (var node in model.Graph.Nodes.ToArray())
        {
            if (!node.Is("Identity") && !node.Is("Dropout"))
                continue;
            if (Refusal(model, node) is { } reason)
                left.Add($"{node}: {reason}");
            else
                done.Add(Remove(model.Graph, node));
        }

        return new(Name, done, left);
    }

    private static string? Refusal(OnnxModel model, Node node)
    {
        var (from, to) = (node.Output, node.Input(0));
        if (to is null)
            return "it has no input";
        if (from.IsGraphOutput && (to.IsGraphOutput || to.IsGraphInput || to.Data is not null))
            return $"it makes the output '{from.Name}' of '{to.Name}', which cannot take that name";
        return node.Is("Dropout") ? DropoutRefusal(model, node) : null;
    }

    private static string? DropoutRefusal(OnnxModel model, Node node)
    {
        if (node.Outputs.Skip(1).Any(output => output is { Uses.Count: > 0 } or { IsGraphOutput: true }))
            return "its mask is read";
        if (model.Opset < 7 && node.Attributes.GetInt("is_test", 0) == 0)
            return "it is in training mode";
        if (node.Input(2) is { } mode && !(mode.Constant is { ElementType: ElementType.Bool } flag && !flag.AsSpan<bool>()[0]))
            return "it is or may be in training mode";
        return null;
    }

    private static string Remove(Graph graph, Node node)
    {
        var text = $"{node} is gone";
        var spare = node.Inputs.Skip(1).ToArray();
        graph.TryReplace(node.Output, node.Inputs[0]!);
        graph.Remove(node);
        foreach (var value in spare)
            graph.RemoveIfUnused(value);
        return text;
    }
}
