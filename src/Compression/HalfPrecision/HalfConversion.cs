using System.Numerics.Tensors;
using Lineup.Compression.Onnx;

namespace Lineup.Compression.HalfPrecision;

/// <summary>What rounding a tensor to half precision does to it.</summary>
/// <param name="Clamped">Elements beyond ±65504, infinities included, which become ±65504.</param>
/// <param name="Flushed">Elements other than zero, below half the smallest magnitude (3e-8), which become zero.</param>
/// <param name="Subnormal">Elements below 6.1e-5 that are kept, with fewer digits than the others.</param>
public sealed record HalfLoss(int Clamped, int Flushed, int Subnormal)
{
    public static HalfLoss None { get; } = new(0, 0, 0);
}

/// <summary>From float32 to half precision: to the nearest or, for balance, its neighbour; never to infinity.</summary>
internal static class HalfConversion
{
    private static readonly float Largest = (float)Half.MaxValue;

    /// <summary>The smallest magnitude with all of a half's digits, 2^-14.</summary>
    private static readonly float SmallestNormal = MathF.ScaleB(1, -14);

    /// <summary>The numbers of a float32 initializer without NaN, weights of a layer balanced.</summary>
    public static TensorData Convert(Value initializer)
    {
        var source = initializer.Data!;
        var channel = BalancedRounding.ChannelLength(initializer);
        return TensorData.Create<Half, (TensorData, int?)>(source.Dims, (source, channel), static (halves, state) =>
        {
            var (source, channel) = state;
            var values = source.AsSpan<float>();
            for (var i = 0; i < halves.Length; i++)
                halves[i] = (Half)Math.Clamp(values[i], -Largest, Largest);
            for (var start = 0; channel is { } length && start < halves.Length; start += length)
                BalancedRounding.Balance(values.Slice(start, length), halves.Slice(start, length));
        });
    }

    public static HalfLoss Measure(ReadOnlySpan<float> values)
    {
        var (clamped, flushed, subnormal) = (0, 0, 0);
        foreach (var value in values)
        {
            var magnitude = MathF.Abs(value);
            if (magnitude > Largest)
                clamped++;
            else if (magnitude < SmallestNormal && value != 0)
                _ = (Half)value == Half.Zero ? flushed++ : subnormal++;
        }

        return new(clamped, flushed, subnormal);
    }

    /// <exception cref="InvalidModelException">The tensor holds NaN, which no precision makes better.</exception>
    public static void RefuseNaN(Value initializer)
    {
        var index = TensorPrimitives.IndexOfMax<float>(initializer.Data!.AsSpan<float>());
        if (index >= 0 && float.IsNaN(initializer.Data.AsSpan<float>()[index]))
            throw new InvalidModelException($"'{initializer.Name}' holds NaN at element {index}: the original is damaged.");
    }
}
