using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Tests.Pruning;

/// <summary>Correlated samples of chance, their moments, and plain ways to say what must come out of them.</summary>
internal static class MomentSamples
{
    public static readonly ParallelOptions TwoThreads = new() { MaxDegreeOfParallelism = 2 };

    public static (float[][] X, float[][] Y) Samples(int inputs, int targets, int samples)
    {
        var random = new Random(1);
        var mix = Enumerable.Range(0, inputs * inputs).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var weights = Enumerable.Range(0, inputs * targets).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var x = new float[samples][];
        var y = new float[samples][];
        for (var s = 0; s < samples; s++)
        {
            var source = Enumerable.Range(0, inputs).Select(_ => random.NextSingle() - 0.5f).ToArray();
            x[s] = [.. Enumerable.Range(0, inputs).Select(i => 3 + source[i] + Dot(mix, i * inputs, source))];
            y[s] = [.. Enumerable.Range(0, targets).Select(j => 2 + (0.3f * random.NextSingle()) + Dot(weights, j * inputs, x[s]))];
        }

        return (x, y);

        static float Dot(float[] matrix, int start, float[] vector)
        {
            var sum = 0f;
            for (var i = 0; i < vector.Length; i++)
                sum += matrix[start + i] * vector[i];
            return sum;
        }
    }

    public static Moments Accumulate(float[][] x, float[][] y, ParallelOptions parallel, double[]? known = null)
    {
        var accumulator = new MomentAccumulator(x[0].Length, y[0].Length, known);
        var (blockX, blockY) = (new SampleBlock(x[0].Length), new SampleBlock(y[0].Length));
        int[] ends = [x.Length / 5, x.Length / 2, x.Length];
        var start = 0;
        foreach (var end in ends)
        {
            Fill(blockX, x[start..end]);
            Fill(blockY, y[start..end]);
            accumulator.Add(blockX, blockY, parallel);
            start = end;
        }

        return accumulator.Finish();
    }

    public static void Fill(SampleBlock block, float[][] samples)
    {
        block.Resize(samples.Length);
        for (var s = 0; s < samples.Length; s++)
        {
            for (var i = 0; i < samples[s].Length; i++)
                block[s, i] = samples[s][i];
        }
    }

    public static (NormalEquations Equations, Moments Moments) Equations(int inputs, int targets, int samples)
    {
        var (x, y) = Samples(inputs, targets, samples);
        var moments = Accumulate(x, y, TwoThreads);
        return (NormalEquations.Create(moments, new float[inputs * targets], 0.01), moments);
    }

    /// <summary>w A w - 2 w r at its minimum over weights on <paramref name="kept"/>, by Gaussian elimination.</summary>
    public static double Objective(NormalEquations equations, int row, List<int> kept)
    {
        var n = equations.Inputs;
        var a = kept.Select(i => kept.Select(j => equations.Matrix[(i * n) + j]).Append(equations.Right[(row * n) + i]).ToArray()).ToArray();
        for (var p = 0; p < a.Length; p++)
        {
            for (var i = 0; i < a.Length; i++)
            {
                if (i == p)
                    continue;
                var factor = a[i][p] / a[p][p];
                for (var j = p; j < a[i].Length; j++)
                    a[i][j] -= factor * a[p][j];
            }
        }

        return -kept.Select((input, p) => a[p][^1] / a[p][p] * equations.Right[(row * n) + input]).Sum();
    }

    public static double[] Means(float[][] samples) =>
        [.. Enumerable.Range(0, samples[0].Length).Select(i => samples.Average(sample => (double)sample[i]))];
}
