namespace Lineup.Compression.Onnx;

/// <summary>One side of a value's shape: a size, the name of a size that is only known at run time, or neither.</summary>
public readonly record struct Dimension(long? Size, string? Symbol = null)
{
    public static implicit operator Dimension(long size) => new(size);

    public static implicit operator Dimension(string symbol) => new(null, symbol);

    public static Dimension FromInt64(long size) => size;

    public static Dimension FromString(string symbol) => symbol;

    public override string ToString() => Size?.ToString() ?? Symbol ?? "?";
}
