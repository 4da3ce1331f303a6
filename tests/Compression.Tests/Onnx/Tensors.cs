using Lineup.Compression.Onnx;

namespace Lineup.Compression.Tests.Onnx;

/// <summary>Tensors for tests, and how far two are apart.</summary>
internal static class Tensors
{
    /// <summary>Standard normal values, the same for the same seed.</summary>
    public static TensorData Normal(int seed, params long[] dims)
    {
        var random = new Random(seed);
        return TensorData.Create<float, Random>(dims, random, static (span, random) =>
        {
            foreach (ref var value in span)
                value = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        });
    }

    /// <summary>A random input for the model: a free batch is 1.</summary>
    public static TensorData InputFor(OnnxModel model, int seed = 1)
    {
        var dims = model.Graph.Inputs.First(input => input.Data is null).Dims!;
        return Normal(seed, [.. dims.Select(dim => dim.Size ?? 1)]);
    }

    /// <summary>What the model gives for a random input.</summary>
    public static TensorData[] Run(OnnxModel model, int seed = 1, bool optimize = false) =>
        Run(OnnxWriter.Write(model), InputFor(model, seed), optimize);

    public static TensorData[] Run(byte[] model, TensorData input, bool optimize = false)
    {
        using var session = GraphSession.Load(model, new(optimize));
        return session.Run(input);
    }
}
