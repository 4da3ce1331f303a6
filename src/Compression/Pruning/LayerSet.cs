using Lineup.Compression.Onnx;

namespace Lineup.Compression.Pruning;

/// <summary>What is to become of a node with weights, as far as the graph alone tells.</summary>
/// <param name="Node">The node.</param>
/// <param name="Layer">The layer that can be worked on; null where it is left untouched.</param>
/// <param name="Treatment">What is done with it.</param>
/// <param name="Why">The reason, in words.</param>
internal sealed record LayerChoice(Node Node, PrunableLayer? Layer, LayerTreatment Treatment, string Why);

/// <summary>The layers of a graph, in its order, each with what is to become of it.</summary>
internal sealed class LayerSet
{
    /// <summary>Inputs of a layer beyond which its covariance is too large to work with (it would take 400 MiB a matrix).</summary>
    private const int MostInputs = 7200;

    public LayerSet(Graph graph)
    {
        var choices = new List<LayerChoice>();
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            if (!HasWeights(node))
                continue;
            var (layer, reason) = PrunableLayer.Create(node, i);
            choices.Add(layer is null ? new(node, null, LayerTreatment.Untouched, reason!) : Choose(layer));
        }

        Choices = choices;
        Layers = [.. choices.Where(choice => choice.Layer is not null).Select(choice => choice.Layer!)];
        Pruned = [.. choices.Where(choice => choice.Treatment == LayerTreatment.Pruned).Select(choice => choice.Layer!)];
        Classifier = Pruned.LastOrDefault(layer => layer.Kind == LayerKind.Gemm);
        Weights = choices.Sum(choice => (long)(choice.Node.Input(1)?.Constant?.ElementCount ?? 0));
    }

    public IReadOnlyList<LayerChoice> Choices { get; }

    /// <summary>Layers that are worked on.</summary>
    public IReadOnlyList<PrunableLayer> Layers { get; }

    /// <summary>Layers that lose weights.</summary>
    public IReadOnlyList<PrunableLayer> Pruned { get; }

    /// <summary>The last Gemm; null where the model ends in a convolution.</summary>
    public PrunableLayer? Classifier { get; }

    /// <summary>All weights of Conv, Gemm and MatMul, without biases.</summary>
    public long Weights { get; }

    public static string Describe(Node node) => node.Is("Conv") && node.Input(1)?.Constant is { Rank: 4 } weights
        ? $"{(node.Attributes.GetInt("group", 1) > 1 ? "depthwise " : "")}Conv {weights.Dims[2]}x{weights.Dims[3]}"
        : node.OpType;

    private static bool HasWeights(Node node) =>
        node.Is("Conv") || node.Is("Gemm") || (node.Is("MatMul") && node.Input(1)?.Constant is not null);

    private static LayerChoice Choose(PrunableLayer layer)
    {
        if (layer.Inputs > MostInputs)
            return new(layer.Node, null, LayerTreatment.Untouched, $"it has {layer.Inputs} inputs; at most {MostInputs} are worked on");
        if (layer.Kind == LayerKind.Depthwise)
            return new(layer.Node, layer, LayerTreatment.Refitted, "a depthwise convolution has few weights, and all of them matter");
        if (layer.Input is { IsGraphInput: true })
            return new(layer.Node, layer, LayerTreatment.Refitted, "the first layer has few weights, and all that follows depends on them");
        var why = layer.Kind == LayerKind.Gemm
            ? "a classifier bears more than convolutions"
            : "its share is found by what removing weights costs the answers";
        if (layer.Inputs > RowTraces.ExactInputs)
            why += $"; with {layer.Inputs} inputs a row it is worked on in blocks of {RowTraces.BlockInputs}, as if these did not touch each other";
        return new(layer.Node, layer, LayerTreatment.Pruned, why);
    }
}
