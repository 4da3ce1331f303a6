using System.Diagnostics.CodeAnalysis;

namespace Lineup.Compression.Onnx;

/// <summary>The type of a tensor's elements, with the numbers that ONNX gives them.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "Types are what these are.")]
public enum ElementType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    Text = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
    BFloat16 = 16,
}

/// <summary>How element types map to .NET.</summary>
public static class ElementTypes
{
    /// <summary>Bytes an element takes in memory and in raw_data; 0 for text, which has no fixed size.</summary>
    /// <exception cref="UnsupportedModelException">Not a type that Lineup knows.</exception>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Double or ElementType.Int64 or ElementType.UInt64 => 8,
        ElementType.Text => 0,
        _ => throw new UnsupportedModelException($"Element type {(int)type} is not supported."),
    };

    /// <summary>True for the types whose values are real numbers: float32, float16, bfloat16 and double.</summary>
    public static bool IsFloatingPoint(this ElementType type) =>
        type is ElementType.Float or ElementType.Float16 or ElementType.BFloat16 or ElementType.Double;

    /// <summary>The element type that <typeparamref name="T"/> stands for.</summary>
    public static ElementType Of<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return ElementType.Float;
        if (typeof(T) == typeof(Half))
            return ElementType.Float16;
        if (typeof(T) == typeof(double))
            return ElementType.Double;
        if (typeof(T) == typeof(sbyte))
            return ElementType.Int8;
        if (typeof(T) == typeof(byte))
            return ElementType.UInt8;
        if (typeof(T) == typeof(short))
            return ElementType.Int16;
        if (typeof(T) == typeof(ushort))
            return ElementType.UInt16;
        if (typeof(T) == typeof(int))
            return ElementType.Int32;
        if (typeof(T) == typeof(uint))
            return ElementType.UInt32;
        if (typeof(T) == typeof(long))
            return ElementType.Int64;
        if (typeof(T) == typeof(ulong))
            return ElementType.UInt64;
        if (typeof(T) == typeof(bool))
            return ElementType.Bool;
        throw new NotSupportedException($"{typeof(T)} is no element type of ONNX.");
    }
}
