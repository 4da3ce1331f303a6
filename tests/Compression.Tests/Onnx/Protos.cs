using System.Collections;
using Google.Protobuf;
using Lineup.Compression.Onnx.Schema;

namespace Lineup.Compression.Tests.Onnx;

/// <summary>Files built message by message, for what the object model would not let pass.</summary>
internal static class Protos
{
    /// <summary>x -> Relu -> hidden -> Add(bias) -> y.</summary>
    public static ModelProto Tiny()
    {
        var model = new ModelProto { IrVersion = 8, Graph = new() { Name = "tiny" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        model.Graph.Input.Add(Float("x", 1, 2));
        model.Graph.Output.Add(Float("y", 1, 2));
        model.Graph.Initializer.Add(FloatTensor("bias", 1, 2));
        model.Graph.Node.Add(Node("Relu", ["x"], "hidden"));
        model.Graph.Node.Add(Node("Add", ["hidden", "bias"], "y"));
        return model;
    }

    public static NodeProto Node(string opType, string[] inputs, string output)
    {
        var node = new NodeProto { OpType = opType, Name = $"the {opType}" };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }

    public static ValueInfoProto Float(string name, params long[] dims)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(dims.Select(dim => new TensorShapeProto.Types.Dimension { DimValue = dim }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = 1, Shape = shape } } };
    }

    public static TensorProto FloatTensor(string name, params float[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = 1 };
        tensor.Dims.Add(values.Length);
        tensor.FloatData.AddRange(values);
        return tensor;
    }

    /// <summary>The same message with an unknown field in itself and in every message inside it.</summary>
    public static ModelProto WithUnknownFields(ModelProto model) => (ModelProto)AddUnknownField(model);

    /// <summary>How often the text of an unknown field occurs in a file.</summary>
    public static int CountUnknownFields(byte[] file) => file.AsSpan().Count("unknown!"u8);

    private static IMessage AddUnknownField(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.FieldType != Google.Protobuf.Reflection.FieldType.Message)
                continue;
            var value = field.Accessor.GetValue(message);
            if (value is IList list)
            {
                for (var i = 0; i < list.Count; i++)
                    list[i] = AddUnknownField((IMessage)list[i]!);
            }
            else if (value is IMessage child)
            {
                field.Accessor.SetValue(message, AddUnknownField(child));
            }
        }

        // Field 4711, length-delimited.
        using var stream = new MemoryStream();
        message.WriteTo(stream);
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(4711, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFromUtf8("unknown!"));
        }

        return message.Descriptor.Parser.ParseFrom(stream.ToArray());
    }
}
