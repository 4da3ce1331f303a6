using Google.Protobuf;
using Lineup.Compression.Onnx.Schema;
using AttributeType = Lineup.Compression.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Lineup.Compression.Onnx;

/// <summary>Attributes from and to protobuf.</summary>
internal static class AttributeCodec
{
    /// <param name="attribute">Is emptied: what remains in it becomes <see cref="NodeAttribute.Extra"/>.</param>
    /// <param name="place">What messages call its node.</param>
    public static NodeAttribute Read(AttributeProto attribute, string place)
    {
        var name = attribute.Name;
        var (kind, content) = ((AttributeKind, object))((attribute.HasType ? attribute.Type : Guess(attribute)) switch
        {
            AttributeType.Int => (AttributeKind.Int, attribute.I),
            AttributeType.Float => (AttributeKind.Float, attribute.F),
            AttributeType.String => (AttributeKind.Text, attribute.S.ToByteArray()),
            AttributeType.Ints => (AttributeKind.Ints, attribute.Ints.ToArray()),
            AttributeType.Floats => (AttributeKind.Floats, attribute.Floats.ToArray()),
            AttributeType.Strings => (AttributeKind.Texts, attribute.Strings.Select(text => text.ToByteArray()).ToArray()),
            AttributeType.Tensor when attribute.T is not null => (AttributeKind.Tensor, ReadTensor(attribute.T)),
            AttributeType.Tensors => (AttributeKind.Tensors, attribute.Tensors.Select(ReadTensor).ToArray()),
            AttributeType.Graph or AttributeType.Graphs =>
                throw new UnsupportedModelException($"{place} holds a subgraph in '{name}'. Models with control flow are not supported."),
            AttributeType.SparseTensor or AttributeType.SparseTensors =>
                throw new UnsupportedModelException($"{place} holds a sparse tensor in '{name}', which is not supported."),
            _ => (AttributeKind.Opaque, Array.Empty<byte>()),
        });
        attribute.ClearName();
        if (kind != AttributeKind.Opaque)
            Clear(attribute);
        return new(name, kind, content) { Extra = Remains.Of(attribute) };

        TensorData ReadTensor(TensorProto tensor)
        {
            // The name of a tensor inside an attribute means nothing, but it is the file's, so it stays with what remains.
            var tensorName = tensor.HasName ? tensor.Name : null;
            var data = TensorCodec.Read(tensor, $"{place}, '{name}',");
            return tensorName is null
                ? data
                : new(data.ElementType, data.Memory, data.Dims) { Extra = Remains.Of(new TensorProto(tensor) { Name = tensorName }) };
        }
    }

    public static AttributeProto Write(NodeAttribute source)
    {
        var attribute = Remains.Parse(AttributeProto.Parser, source.Extra);
        attribute.Name = source.Name;
        switch (source.Kind)
        {
            case AttributeKind.Int:
                (attribute.Type, attribute.I) = (AttributeType.Int, (long)source.Content);
                break;
            case AttributeKind.Float:
                (attribute.Type, attribute.F) = (AttributeType.Float, (float)source.Content);
                break;
            case AttributeKind.Text:
                (attribute.Type, attribute.S) = (AttributeType.String, ByteString.CopyFrom((byte[])source.Content));
                break;
            case AttributeKind.Ints:
                attribute.Type = AttributeType.Ints;
                attribute.Ints.AddRange((long[])source.Content);
                break;
            case AttributeKind.Floats:
                attribute.Type = AttributeType.Floats;
                attribute.Floats.AddRange((float[])source.Content);
                break;
            case AttributeKind.Texts:
                attribute.Type = AttributeType.Strings;
                attribute.Strings.AddRange(((byte[][])source.Content).Select(text => ByteString.CopyFrom(text)));
                break;
            case AttributeKind.Tensor:
                (attribute.Type, attribute.T) = (AttributeType.Tensor, TensorCodec.Write((TensorData)source.Content, null));
                break;
            case AttributeKind.Tensors:
                attribute.Type = AttributeType.Tensors;
                attribute.Tensors.AddRange(((TensorData[])source.Content).Select(tensor => TensorCodec.Write(tensor, null)));
                break;
        }

        return attribute;
    }

    /// <summary>Files of the first versions of the format do not say the type; the one field that is set tells it.</summary>
    private static AttributeType Guess(AttributeProto attribute) =>
        attribute.HasF ? AttributeType.Float
        : attribute.HasI ? AttributeType.Int
        : attribute.HasS ? AttributeType.String
        : attribute.T is not null ? AttributeType.Tensor
        : attribute.G is not null || attribute.Graphs.Count > 0 ? AttributeType.Graph
        : attribute.SparseTensor is not null || attribute.SparseTensors.Count > 0 ? AttributeType.SparseTensor
        : attribute.Floats.Count > 0 ? AttributeType.Floats
        : attribute.Ints.Count > 0 ? AttributeType.Ints
        : attribute.Strings.Count > 0 ? AttributeType.Strings
        : attribute.Tensors.Count > 0 ? AttributeType.Tensors
        : AttributeType.Undefined;

    private static void Clear(AttributeProto attribute)
    {
        attribute.ClearType();
        attribute.ClearI();
        attribute.ClearF();
        attribute.ClearS();
        attribute.T = null;
        attribute.Ints.Clear();
        attribute.Floats.Clear();
        attribute.Strings.Clear();
        attribute.Tensors.Clear();
    }
}
