using Lineup.Compression.Onnx;

namespace Lineup.Compression.Quantization;

/// <summary>Finds layers by the names that people give for them.</summary>
internal static class KeptLayers
{
    private const int Shown = 5;

    /// <param name="graph">The graph as it is quantized.</param>
    /// <param name="names">Names of nodes, or of what they put out.</param>
    /// <exception cref="ArgumentException">There is no such layer; every such name is told.</exception>
    public static IReadOnlySet<Node> Find(Graph graph, IReadOnlyList<string> names)
    {
        var layers = graph.Nodes.Where(QuantizationPoints.IsLayer).ToArray();
        var unknown = names.Where(name => !Array.Exists(layers, layer => IsCalled(layer, name))).ToArray();
        if (unknown.Length > 0)
        {
            var known = string.Join(", ", layers.Take(Shown).Select(layer => layer.Name.Length > 0 ? layer.Name : layer.Output.Name));
            throw new ArgumentException(
                $"there is no layer {string.Join(", ", unknown.Select(name => $"'{name}'"))} to keep in float; layers are {known}"
                + (layers.Length > Shown ? " and so on: --dry-run lists them" : ""));
        }

        return layers.Where(layer => names.Any(name => IsCalled(layer, name))).ToHashSet();
    }

    private static bool IsCalled(Node layer, string name) => layer.Name == name || layer.Output.Name == name;
}
