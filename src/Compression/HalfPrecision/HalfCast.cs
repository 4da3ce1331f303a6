using Lineup.Compression.Onnx;

namespace Lineup.Compression.HalfPrecision;

/// <summary>The node that goes from one precision to the other.</summary>
internal static class HalfCast
{
    /// <summary>A Cast of <paramref name="value"/>, not yet in the graph.</summary>
    public static Node Create(Graph graph, Value value, ElementType to)
    {
        var name = graph.UniqueName($"{value.Name}.{(to == ElementType.Float16 ? "half" : "float")}");
        var output = new Value(name) { Type = to, Dims = value.Dims };
        var cast = new Node("Cast", [value], [output], $"{name}.cast");
        cast.Attributes.Set("to", (long)to);
        return cast;
    }
}
