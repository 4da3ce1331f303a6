using System.Runtime.InteropServices;

namespace Lineup.TestSupport;

/// <summary>
/// An ONNX graph under construction, and its file. Field numbers are those of onnx.proto (ModelProto, GraphProto, NodeProto,
/// TensorProto, ValueInfoProto).
/// </summary>
internal sealed class OnnxGraph
{
    public const int Float = 1;
    public const int Int64 = 7;

    private const int IrVersion = 8;
    private const int AttributeInt = 2;
    private const int AttributeInts = 7;

    private readonly List<ProtobufWriter> _nodes = [];
    private readonly List<ProtobufWriter> _initializers = [];
    private readonly List<ProtobufWriter> _inputs = [];
    private readonly List<ProtobufWriter> _outputs = [];
    private int _values;

    /// <param name="name">The input's name.</param>
    /// <param name="type">Element type, such as <see cref="Float"/>.</param>
    /// <param name="shape">Sides; null is a side left open.</param>
    public string Input(string name, int type, params int?[] shape)
    {
        _inputs.Add(ValueInfo(name, type, shape));
        return name;
    }

    public void Output(string name, int type, params int?[] shape) => _outputs.Add(ValueInfo(name, type, shape));

    public string Weights(string name, float[] values, params int[] shape)
    {
        var tensor = new ProtobufWriter();
        foreach (var side in shape)
            tensor.Number(1, side);
        _initializers.Add(tensor.Number(2, Float).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(values.AsSpan())));
        return name;
    }

    /// <summary>Adds a node with one output, whose name is returned.</summary>
    public string Node(string type, string[] inputs, params (string Name, long[] Values)[] attributes) =>
        NodeInto($"value{_values++}", type, inputs, attributes);

    public string NodeInto(string output, string type, string[] inputs, params (string Name, long[] Values)[] attributes)
    {
        _nodes.Add(new ProtobufWriter()
            .Texts(1, inputs)
            .Text(2, output)
            .Text(3, $"{type}_{_nodes.Count}")
            .Text(4, type)
            .Messages(5, attributes.Select(Attribute)));
        return output;
    }

    public byte[] ToFile(int opset)
    {
        var graph = new ProtobufWriter()
            .Messages(1, _nodes)
            .Text(2, "tiny")
            .Messages(5, _initializers)
            .Messages(11, _inputs)
            .Messages(12, _outputs);
        return new ProtobufWriter()
            .Number(1, IrVersion)
            .Text(2, "Lineup.TestSupport")
            .Message(7, graph)
            .Message(8, new ProtobufWriter().Text(1, "").Number(2, opset))
            .ToArray();
    }

    /// <summary>One value makes an int attribute, several a list, as all attributes used here want it.</summary>
    private static ProtobufWriter Attribute((string Name, long[] Values) attribute)
    {
        var message = new ProtobufWriter().Text(1, attribute.Name);
        if (attribute.Values is [var single])
            return message.Number(3, single).Number(20, AttributeInt);
        foreach (var value in attribute.Values)
            message.Number(8, value);
        return message.Number(20, AttributeInts);
    }

    private static ProtobufWriter ValueInfo(string name, int type, int?[] shape)
    {
        var sides = shape.Select(side => side is { } fixedSide
            ? new ProtobufWriter().Number(1, fixedSide)
            : new ProtobufWriter().Text(2, "N"));
        var tensor = new ProtobufWriter().Number(1, type).Message(2, new ProtobufWriter().Messages(1, sides));
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }
}
