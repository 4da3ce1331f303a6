using Google.Protobuf;
using Lineup.Compression.Onnx.Schema;

namespace Lineup.Compression.Onnx;

/// <summary>Reads ONNX files. What it does not understand it keeps, and what it cannot keep it refuses.</summary>
public static class OnnxReader
{
    /// <exception cref="InvalidModelException">The file is no sound ONNX model.</exception>
    /// <exception cref="UnsupportedModelException">It holds subgraphs, functions, external or sparse tensors.</exception>
    public static OnnxModel Read(string path) => Read(File.ReadAllBytes(path));

    /// <inheritdoc cref="Read(string)"/>
    public static OnnxModel Read(ReadOnlySpan<byte> bytes)
    {
        ModelProto source;
        try
        {
            source = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidModelException($"This is no ONNX file, or it is damaged: {error.Message}", error);
        }

        if (source.Graph is not { } graph)
            throw new InvalidModelException("This is no ONNX file: it holds no graph.");
        if (source.Functions.Count > 0)
            throw new UnsupportedModelException("The model defines functions of its own. Inline them before it is read.");
        return ReadModel(source, ReadGraph(graph));
    }

    private static OnnxModel ReadModel(ModelProto source, Graph graph)
    {
        var (irVersion, producer, producerVersion) = (source.IrVersion, source.ProducerName, source.ProducerVersion);
        var named = source.HasProducerName;
        var versioned = source.HasProducerVersion;
        source.Graph = null;
        source.ClearIrVersion();
        source.ClearProducerName();
        source.ClearProducerVersion();
        var model = new OnnxModel
        {
            Graph = graph,
            IrVersion = irVersion,
            ProducerName = named ? producer : null,
            ProducerVersion = versioned ? producerVersion : null,
            Extra = Remains.Of(source),
        };
        foreach (var opset in source.OpsetImport)
            model.Opsets[opset.Domain] = opset.Version;
        foreach (var entry in source.MetadataProps)
            model.Metadata[entry.Key] = entry.Value;
        return model;
    }

    private static Graph ReadGraph(GraphProto source)
    {
        if (source.SparseInitializer.FirstOrDefault() is { } sparse)
            throw new UnsupportedModelException($"Initializer '{sparse.Values?.Name}' is a sparse tensor, which is not supported.");

        // Values first, then the frame: what remains of the message is only known once everything has been taken out of it.
        var values = new Dictionary<string, Value>();
        var inputs = source.Input.Select(info => ReadInput(info, values)).ToArray();
        var initializers = source.Initializer.Select(tensor => ReadInitializer(tensor, values)).ToArray();
        var nodes = source.Node.Select(node => ReadNode(node, values)).ToArray();
        var outputs = source.Output.Select(info => ReadOutput(info, values)).ToArray();
        ReadValueInfo(source, values, [.. inputs, .. outputs]);

        var name = source.Name;
        source.ClearName();
        source.Input.Clear();
        source.Output.Clear();
        source.Initializer.Clear();
        source.Node.Clear();
        var graph = new Graph { Name = name, Extra = Remains.Of(source) };
        foreach (var input in inputs)
            graph.AddInput(input);
        foreach (var (value, data) in initializers)
            graph.AddInitializer(value, data);
        foreach (var node in nodes)
            graph.Append(node);
        foreach (var output in outputs)
            graph.AddOutput(output);
        return graph;
    }

    private static Value ReadInput(ValueInfoProto info, Dictionary<string, Value> values)
    {
        var value = new Value(info.Name);
        if (!values.TryAdd(info.Name, value))
            throw new InvalidModelException($"Two inputs have the name '{info.Name}'.");
        ValueInfoCodec.Read(info, value);
        return value;
    }

    private static (Value Value, TensorData Data) ReadInitializer(TensorProto tensor, Dictionary<string, Value> values)
    {
        var name = tensor.Name;
        if (!values.TryGetValue(name, out var value))
            values[name] = value = new(name);
        return (value, TensorCodec.Read(tensor, $"Initializer '{name}'"));
    }

    private static Node ReadNode(NodeProto source, Dictionary<string, Value> values)
    {
        var place = source.Name.Length > 0 ? $"{source.OpType} '{source.Name}'" : $"{source.OpType} of '{source.Output.FirstOrDefault()}'";
        var attributes = source.Attribute.Select(attribute => AttributeCodec.Read(attribute, place)).ToArray();
        var inputs = source.Input.Select(name => ReadReference(name, place, values)).ToArray();
        var outputs = source.Output.Select(name => ReadDefinition(name, place, values)).ToArray();
        var (opType, nodeName, domain) = (source.OpType, source.Name, source.Domain);
        source.ClearOpType();
        source.ClearName();
        source.ClearDomain();
        source.Input.Clear();
        source.Output.Clear();
        source.Attribute.Clear();
        var node = new Node(opType, inputs, outputs, nodeName, domain) { Extra = Remains.Of(source) };
        foreach (var attribute in attributes)
            node.Attributes.Put(attribute);
        return node;
    }

    private static Value? ReadReference(string name, string place, Dictionary<string, Value> values)
    {
        if (name.Length == 0)
            return null;
        return values.TryGetValue(name, out var value)
            ? value
            : throw new InvalidModelException($"{place} reads '{name}', which nothing before it makes.");
    }

    private static Value? ReadDefinition(string name, string place, Dictionary<string, Value> values)
    {
        if (name.Length == 0)
            return null;
        var value = new Value(name);
        return values.TryAdd(name, value) ? value : throw new InvalidModelException($"{place} makes '{name}', which is there already.");
    }

    private static Value ReadOutput(ValueInfoProto info, Dictionary<string, Value> values)
    {
        if (!values.TryGetValue(info.Name, out var value))
            throw new InvalidModelException($"Output '{info.Name}' is made by nothing in the graph.");
        ValueInfoCodec.Read(info, value);
        return value;
    }

    /// <summary>Gives what is said of inner values to them; what is said of values that are not there stays in the message.</summary>
    private static void ReadValueInfo(GraphProto source, Dictionary<string, Value> values, HashSet<Value> ends)
    {
        foreach (var info in source.ValueInfo.ToArray())
        {
            if (!values.TryGetValue(info.Name, out var value))
                continue;
            source.ValueInfo.Remove(info);
            if (!ends.Contains(value))
                ValueInfoCodec.Read(info, value);
        }
    }
}
