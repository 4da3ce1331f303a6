using System.Buffers;
using System.Runtime.InteropServices;

namespace Lineup.Compression.Onnx;

/// <summary>
/// The numbers of a tensor, row-major. Immutable, so that copies of a model may share it: to change weights, make a new one. Scalars have
/// no dimensions and one element.
/// </summary>
public sealed class TensorData
{
    private readonly long[] _dims;
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Takes <paramref name="bytes"/>, little endian, without copying: nobody may write to them any more.</summary>
    internal TensorData(ElementType elementType, ReadOnlyMemory<byte> bytes, ReadOnlySpan<long> dims)
    {
        (ElementType, _bytes, _dims) = (elementType, bytes, dims.ToArray());
        ElementCount = Count(dims);
        if (elementType != ElementType.Text && bytes.Length != (long)ElementCount * elementType.Size())
            throw new InvalidModelException($"a tensor [{string.Join(", ", _dims)}] of {elementType} has {bytes.Length} bytes");
    }

    public ElementType ElementType { get; }

    public ReadOnlySpan<long> Dims => _dims;

    public int Rank => _dims.Length;

    public int ElementCount { get; }

    /// <summary>The elements as they stand in raw_data; empty for text.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    internal ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>What the file says of this tensor that Lineup does not model.</summary>
    internal ReadOnlyMemory<byte> Extra { get; init; }

    public static TensorData Create<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> dims)
        where T : unmanaged => new(ElementTypes.Of<T>(), MemoryMarshal.AsBytes(values).ToArray(), dims);

    public static TensorData Create<T>(T[] values, params ReadOnlySpan<long> dims)
        where T : unmanaged => Create((ReadOnlySpan<T>)values, dims);

    /// <summary>A tensor of zeros that <paramref name="fill"/> writes to, once.</summary>
    public static TensorData Create<T, TState>(ReadOnlySpan<long> dims, TState state, SpanAction<T, TState> fill)
        where T : unmanaged
    {
        var bytes = new byte[Count(dims) * ElementTypes.Of<T>().Size()];
        fill(MemoryMarshal.Cast<byte, T>(bytes.AsSpan()), state);
        return new(ElementTypes.Of<T>(), bytes, dims);
    }

    public static TensorData Scalar<T>(T value)
        where T : unmanaged => Create(new ReadOnlySpan<T>(in value));

    /// <summary>The elements as <typeparamref name="T"/>, without copying.</summary>
    /// <exception cref="InvalidOperationException">The elements are of another type.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
        where T : unmanaged
    {
        if (ElementTypes.Of<T>() != ElementType)
            throw new InvalidOperationException($"The tensor holds {ElementType}, not {ElementTypes.Of<T>()}.");
        return MemoryMarshal.Cast<byte, T>(_bytes.Span);
    }

    /// <summary>A copy of the elements, to work on.</summary>
    public T[] ToArray<T>()
        where T : unmanaged => AsSpan<T>().ToArray();

    /// <summary>The elements of a floating-point tensor in double precision, which holds each of them exactly.</summary>
    public double[] ToDoubles() => ElementType switch
    {
        ElementType.Float => Array.ConvertAll(ToArray<float>(), value => (double)value),
        ElementType.Float16 => Array.ConvertAll(ToArray<Half>(), value => (double)value),
        ElementType.Double => ToArray<double>(),
        _ => throw new InvalidOperationException($"The tensor holds {ElementType}, no floating-point numbers."),
    };

    /// <summary>The same elements in another shape of as many elements.</summary>
    public TensorData Reshape(params ReadOnlySpan<long> dims) => new(ElementType, _bytes, dims) { Extra = Extra };

    /// <summary>True when type, dimensions and every bit are equal.</summary>
    public bool ContentEquals(TensorData other) =>
        ElementType == other.ElementType && Dims.SequenceEqual(other.Dims) && Bytes.SequenceEqual(other.Bytes)
        && (ElementType != ElementType.Text || Extra.Span.SequenceEqual(other.Extra.Span));

    public override string ToString() => $"{ElementType}[{string.Join(", ", _dims)}]";

    private static int Count(ReadOnlySpan<long> dims)
    {
        var count = 1L;
        foreach (var dim in dims)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dim, nameof(dims));
            count = checked(count * dim);
        }

        return checked((int)count);
    }
}
