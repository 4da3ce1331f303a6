namespace Lineup.Compression.Onnx;

/// <summary>Seeded inputs for runs that ask what a graph computes, not what is in a picture.</summary>
public static class SampleInputs
{
    /// <summary>
    /// One tensor for each input that has no default: standard normal numbers for float32, zeros for other types. A free first dimension
    /// becomes <paramref name="batch"/>.
    /// </summary>
    /// <param name="model">The model that is to take them.</param>
    /// <param name="batch">Size of a free first dimension.</param>
    /// <param name="shapes">Shapes by input name, for models that leave more than the first dimension free; may be null.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    /// <exception cref="UnsupportedModelException">A dimension but the first is free, and no shape is given.</exception>
    public static TensorData[] Create(OnnxModel model, int batch = 1, IReadOnlyDictionary<string, long[]>? shapes = null, int seed = 1)
    {
        var random = new Random(seed);
        var inputs = model.Graph.Inputs.Where(input => input.Data is null);
        return [.. inputs.Select(input => Create(input, Shape(input, batch, shapes), random))];
    }

    /// <summary>True when the input's first dimension may be chosen.</summary>
    internal static bool HasFreeBatch(Value input) => input.Dims is { Count: > 0 } dims && dims[0].Size is null;

    private static long[] Shape(Value input, int batch, IReadOnlyDictionary<string, long[]>? shapes)
    {
        if (shapes?.TryGetValue(input.Name, out var given) == true)
            return HasFreeBatch(input) ? [batch, .. given[1..]] : given;
        if (input.Dims is null || input.Dims.Skip(1).Any(dim => dim.Size is null))
            throw new UnsupportedModelException($"Input '{input}' leaves more than the batch free; say which shape to use.");
        return [.. input.Dims.Select(dim => dim.Size ?? batch)];
    }

    private static TensorData Create(Value input, long[] dims, Random random)
    {
        if (input.Type is not { } type || type == ElementType.Text)
            throw new UnsupportedModelException($"Input '{input}' is no tensor of numbers.");
        if (type != ElementType.Float)
            return new(type, new byte[dims.Aggregate(type.Size(), (bytes, dim) => checked(bytes * (int)dim))], dims);
        return TensorData.Create<float, Random>(dims, random, static (values, random) =>
        {
            foreach (ref var value in values)
                value = Normal(random);
        });
    }

    /// <summary>Box and Muller's method.</summary>
    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
