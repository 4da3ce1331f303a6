using Lineup.Compression.Onnx;

namespace Lineup.Training.Tests;

/// <summary>Seeded tensors.</summary>
internal static class Tensors
{
    /// <summary>Numbers of about unit size.</summary>
    public static TensorData Normal(int seed, params long[] dims)
    {
        var random = new Random(seed);
        return Create(dims, _ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
    }

    /// <summary>
    /// Shuffled numbers around zero, each half way between two multiples of <paramref name="grid"/> and each another: for
    /// operators with kinks at multiples of the grid or where numbers are equal, which no difference may straddle.
    /// </summary>
    public static TensorData Spaced(int seed, float grid, params long[] dims)
    {
        var count = (int)dims.Aggregate(1L, (product, side) => product * side);
        var places = Enumerable.Range(0, count).Select(i => (i - (count / 2) + 0.5f) * grid).ToArray();
        new Random(seed).Shuffle(places);
        return TensorData.Create(places, dims);
    }

    public static TensorData Create(long[] dims, Func<int, float> number)
    {
        var count = (int)dims.Aggregate(1L, (product, side) => product * side);
        return TensorData.Create(Enumerable.Range(0, count).Select(number).ToArray(), dims);
    }
}
