using System.Runtime.InteropServices;
using Google.Protobuf;
using Lineup.Compression.Onnx.Schema;
using DataType = Lineup.Compression.Onnx.Schema.TensorProto.Types.DataType;

namespace Lineup.Compression.Onnx;

/// <summary>
/// Tensors from and to protobuf. Numbers may come in raw_data or in the field of their type, and always go to raw_data, which is shorter
/// and is read without conversion.
/// </summary>
internal static class TensorCodec
{
    /// <param name="tensor">Is emptied: what remains in it becomes <see cref="TensorData.Extra"/>.</param>
    /// <param name="place">What messages call it.</param>
    public static TensorData Read(TensorProto tensor, string place)
    {
        if (tensor.ExternalData.Count > 0 || tensor.DataLocation == TensorProto.Types.DataLocation.External)
            throw new UnsupportedModelException($"{place} keeps its numbers in another file. Save the model as a single file.");
        if (tensor.Segment is not null)
            throw new UnsupportedModelException($"{place} is cut into segments, which is not supported.");

        var type = (ElementType)tensor.DataType;
        if (!Enum.IsDefined(type))
            throw new UnsupportedModelException($"{place} has elements of type {(DataType)tensor.DataType}, which is not supported.");
        try
        {
            var bytes = tensor.HasRawData ? tensor.RawData.Memory : Typed(tensor, type);
            var dims = tensor.Dims.ToArray();
            Clear(tensor);
            return new(type, bytes, dims) { Extra = Remains.Of(tensor) };
        }
        catch (Exception error) when (error is InvalidModelException or ArgumentException or OverflowException)
        {
            throw new InvalidModelException($"{place} is damaged: {error.Message}", error);
        }
    }

    public static TensorProto Write(TensorData data, string? name)
    {
        var tensor = Remains.Parse(TensorProto.Parser, data.Extra);
        tensor.Dims.AddRange(data.Dims.ToArray());
        tensor.DataType = (int)data.ElementType;
        if (name is not null)
            tensor.Name = name;
        if (data.ElementType != ElementType.Text)
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(data.Memory);
        return tensor;
    }

    private static byte[] Typed(TensorProto tensor, ElementType type) => type switch
    {
        ElementType.Float => Bytes<float>([.. tensor.FloatData]),
        ElementType.Double => Bytes<double>([.. tensor.DoubleData]),
        ElementType.Int64 => Bytes<long>([.. tensor.Int64Data]),
        ElementType.Int32 => Bytes<int>([.. tensor.Int32Data]),
        ElementType.UInt64 => Bytes<ulong>([.. tensor.Uint64Data]),
        ElementType.UInt32 => Bytes<uint>([.. tensor.Uint64Data.Select(value => unchecked((uint)value))]),
        ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 =>
            Bytes<short>([.. tensor.Int32Data.Select(value => unchecked((short)value))]),
        ElementType.Int8 or ElementType.UInt8 or ElementType.Bool => [.. tensor.Int32Data.Select(value => unchecked((byte)value))],
        _ => [],
    };

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();

    private static void Clear(TensorProto tensor)
    {
        tensor.ClearName();
        tensor.ClearDataType();
        tensor.ClearRawData();
        tensor.Dims.Clear();
        tensor.FloatData.Clear();
        tensor.DoubleData.Clear();
        tensor.Int32Data.Clear();
        tensor.Int64Data.Clear();
        tensor.Uint64Data.Clear();
    }
}
