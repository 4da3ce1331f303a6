using Lineup.Compression.Onnx.Schema;

namespace Lineup.Compression.Onnx;

/// <summary>Types and shapes of values from and to protobuf.</summary>
internal static class ValueInfoCodec
{
    /// <param name="info">Is emptied: what remains in it becomes <see cref="Value.Extra"/>.</param>
    /// <param name="value">Learns what the message says.</param>
    public static void Read(ValueInfoProto info, Value value)
    {
        if (info.Type?.TensorType is { } tensor)
        {
            value.Type = tensor.ElemType == 0 ? null : (ElementType)tensor.ElemType;
            value.Dims = tensor.Shape?.Dim
                .Select(dim => new Dimension(dim.HasDimValue ? dim.DimValue : null, dim.HasDimParam ? dim.DimParam : null))
                .ToArray();
        }

        Clear(info);
        value.Extra = Remains.Of(info);
    }

    public static ValueInfoProto Write(Value value)
    {
        var info = Remains.Parse(ValueInfoProto.Parser, value.Extra);
        info.Name = value.Name;
        if (value.Type is null && value.Dims is null)
            return info;

        var tensor = (info.Type ??= new()).TensorType ??= new();
        if (value.Type is { } type)
            tensor.ElemType = (int)type;
        if (value.Dims is { } dims)
            WriteShape(tensor.Shape ??= new(), dims);
        else
            tensor.Shape = null;
        return info;
    }

    private static void WriteShape(TensorShapeProto shape, IReadOnlyList<Dimension> dims)
    {
        if (shape.Dim.Count != dims.Count)
        {
            shape.Dim.Clear();
            shape.Dim.AddRange(dims.Select(_ => new TensorShapeProto.Types.Dimension()));
        }

        for (var i = 0; i < dims.Count; i++)
        {
            if (dims[i].Size is { } size)
                shape.Dim[i].DimValue = size;
            else if (dims[i].Symbol is { } symbol)
                shape.Dim[i].DimParam = symbol;
        }
    }

    /// <summary>Takes away what was understood, and the frames around it where nothing else is in them.</summary>
    private static void Clear(ValueInfoProto info)
    {
        info.ClearName();
        if (info.Type?.TensorType is not { } tensor)
            return;
        tensor.ClearElemType();
        foreach (var dim in tensor.Shape?.Dim ?? [])
        {
            dim.ClearDimValue();
            dim.ClearDimParam();
        }

        if (tensor.Shape is { } shape && shape.Dim.All(dim => dim.CalculateSize() == 0))
            shape.Dim.Clear();
        if (tensor.Shape?.CalculateSize() == 0)
            tensor.Shape = null;
        if (tensor.CalculateSize() == 0)
            info.Type.TensorType = null;
        if (info.Type.CalculateSize() == 0)
            info.Type = null;
    }
}
