using Google.Protobuf;
using Lineup.Compression.Onnx.Schema;

namespace Lineup.Compression.Onnx;

/// <summary>Writes ONNX files. The same model gives the same bytes.</summary>
public static class OnnxWriter
{
    /// <summary>Writes straight to <paramref name="path"/>; a caller who must not leave half a file writes beside it and renames.</summary>
    /// <exception cref="UnsupportedModelException">It would exceed 2 GiB, the most that a single ONNX file can hold.</exception>
    public static void Write(OnnxModel model, string path)
    {
        var message = ToMessage(model);
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        message.WriteTo(stream);
    }

    /// <inheritdoc cref="Write(OnnxModel, string)"/>
    public static byte[] Write(OnnxModel model) => ToMessage(model).ToByteArray();

    private static ModelProto ToMessage(OnnxModel model)
    {
        // Protobuf counts in 32 bits and would fail in obscure ways; the margin is for everything but numbers.
        const long Limit = int.MaxValue - (64L << 20);
        if (model.Graph.Initializers.Sum(value => (long)value.Data!.Bytes.Length) > Limit)
            throw new UnsupportedModelException("The model exceeds 2 GiB, the most that a single ONNX file can hold.");

        var message = Remains.Parse(ModelProto.Parser, model.Extra);
        message.IrVersion = model.IrVersion;
        if (model.ProducerName is { } producer)
            message.ProducerName = producer;
        if (model.ProducerVersion is { } version)
            message.ProducerVersion = version;
        message.Graph = WriteGraph(model.Graph);

        // Entries as they came where there is one, so that what else they hold survives.
        var opsets = message.OpsetImport.ToArray();
        message.OpsetImport.Clear();
        foreach (var (domain, opset) in model.Opsets)
        {
            var entry = opsets.LastOrDefault(entry => entry.Domain == domain) ?? new() { Domain = domain };
            entry.Version = opset;
            message.OpsetImport.Add(entry);
        }

        var metadata = message.MetadataProps.ToArray();
        message.MetadataProps.Clear();
        foreach (var (key, text) in model.Metadata)
        {
            var entry = metadata.LastOrDefault(entry => entry.Key == key) ?? new() { Key = key };
            entry.Value = text;
            message.MetadataProps.Add(entry);
        }

        return message;
    }

    private static GraphProto WriteGraph(Graph graph)
    {
        var message = Remains.Parse(GraphProto.Parser, graph.Extra);
        message.Name = graph.Name;
        message.Input.AddRange(graph.Inputs.Select(ValueInfoCodec.Write));
        message.Output.AddRange(graph.Outputs.Select(ValueInfoCodec.Write));
        message.Initializer.AddRange(graph.Initializers.Select(value => TensorCodec.Write(value.Data!, value.Name)));
        message.Node.AddRange(graph.Nodes.Select(WriteNode));

        var strays = message.ValueInfo.ToArray();
        var known = graph.Values().Select(value => value.Name).ToHashSet();
        message.ValueInfo.Clear();
        message.ValueInfo.AddRange(graph.Values().Where(SaysSomething).Select(ValueInfoCodec.Write));
        message.ValueInfo.AddRange(strays.Where(info => !known.Contains(info.Name)));
        return message;
    }

    /// <summary>Inputs and outputs speak for themselves, and so do initializers, whose tensors hold type and shape.</summary>
    private static bool SaysSomething(Value value) =>
        !value.IsGraphInput && !value.IsGraphOutput
        && (!value.Extra.IsEmpty || (value.Data is null && (value.Type is not null || value.Dims is not null)));

    private static NodeProto WriteNode(Node node)
    {
        var message = Remains.Parse(NodeProto.Parser, node.Extra);
        message.OpType = node.OpType;
        if (node.Name.Length > 0)
            message.Name = node.Name;
        if (node.Domain.Length > 0)
            message.Domain = node.Domain;
        message.Input.AddRange(node.Inputs.Select(input => input?.Name ?? ""));
        message.Output.AddRange(node.Outputs.Select(output => output?.Name ?? ""));
        message.Attribute.AddRange(node.Attributes.Select(AttributeCodec.Write));
        return message;
    }
}
