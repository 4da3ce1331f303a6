namespace Lineup.Compression.Onnx.Passes;

/// <summary>Folds Add of a constant, one number or one a channel, into the bias of the Conv or Gemm before it.</summary>
public sealed class FoldBias : IGraphPass
{
    public string Name => "fold biases";

    public PassResult Run(OnnxModel model)
    {
        var (done, left) = (new List<string>(), new List<string>());
        foreach (var add in model.Graph.Nodes.Where(node => node.Is("Add")).ToArray())
        {
            var constant = add.Inputs.FirstOrDefault(input => input?.Constant is not null);
            if (constant is null)
                continue;
            var into = add.Inputs.FirstOrDefault(input => input != constant)?.Producer;
            if (into is null || Bias(into, constant.Constant!) is not { } bias)
            {
                left.Add($"{add}: it is not a bias of what comes before it");
                continue;
            }

            done.Add($"{add} into {into}");
            Fold(model.Graph, add, into, bias, constant);
        }

        return new(Name, done, left);
    }

    /// <summary>The bias that does both, or null where the constant is no bias of that node.</summary>
    private static float[]? Bias(Node into, TensorData added)
    {
        if ((!into.Is("Conv") && !into.Is("Gemm")) || into.Output is not { IsGraphOutput: false, Uses.Count: 1 })
            return null;
        if (added.ElementType != ElementType.Float)
            return null;
        if (into.Input(1)?.Constant is not { ElementType: ElementType.Float, Rank: >= 2 } weight)
            return null;
        var axis = into.Is("Gemm") && into.Attributes.GetInt("transB", 0) == 0 ? 1 : 0;
        var channels = (int)weight.Dims[axis];
        var inner = into.Is("Conv") ? weight.Rank - 2 : 0;

        // One a channel, in a shape that lines up with the channel's axis and does not add axes; or one number for all.
        var dims = added.Dims;
        var perChannel = added.ElementCount == channels && dims.Length > inner && dims[^(inner + 1)] == channels;
        if ((added.ElementCount != 1 && !perChannel) || dims.Length > inner + 2 || into.Attributes.GetFloat("beta", 1) != 1)
            return null;

        var former = into.Input(2);
        if (former is not null && (former.Constant is not { ElementType: ElementType.Float, Rank: 1 } own || own.ElementCount != channels))
            return null;
        var bias = former?.Constant!.ToArray<float>() ?? new float[channels];
        var values = added.AsSpan<float>();
        for (var c = 0; c < channels; c++)
            bias[c] += values[values.Length == 1 ? 0 : c];
        return bias;
    }

    private static void Fold(Graph graph, Node add, Node into, float[] bias, Value constant)
    {
        var former = into.Input(2);
        into.SetInput(2, graph.AddInitializer(graph.UniqueName($"{into.Output.Name}.bias"), TensorData.Create(bias, bias.Length)));
        graph.RemoveIfUnused(former);
        graph.TryReplace(add.Output, into.Output);
        graph.Remove(add);
        graph.RemoveIfUnused(constant);
    }
}
