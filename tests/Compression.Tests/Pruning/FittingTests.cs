using Lineup.Compression.Pruning;
using Lineup.Compression.Pruning.Numerics;
using static Lineup.Compression.Tests.Pruning.MomentSamples;

namespace Lineup.Compression.Tests.Pruning;

/// <summary>The weights that are left, fitted to what the layer should give.</summary>
public sealed class FittingTests
{
    [Fact]
    public void Solve_WithAMaskForEachRow_IsNextToTheExactSolutionAndKeepsToTheMask()
    {
        const int n = 90;
        var (equations, _) = Equations(n, 6, 1500);
        var kept = Enumerable.Range(0, 6 * n).Select(i => i * 7 % 3 != i / n % 3).ToArray();

        var weights = MaskedSolver.Solve(equations, kept, TwoThreads);

        for (var row = 0; row < 6; row++)
        {
            int[] own = [.. Enumerable.Range(0, n).Where(i => kept[(row * n) + i])];
            var exact = new double[own.Length];
            equations.Solve(row, own, exact, new double[n * n]);
            var (error, size) = (0d, 0d);
            for (var i = 0; i < own.Length; i++)
            {
                error += Math.Pow(weights[(row * n) + own[i]] - exact[i], 2);
                size += exact[i] * exact[i];
            }

            Assert.InRange(Math.Sqrt(error / size), 0, 0.01);
            Assert.All(Enumerable.Range(0, n).Except(own), i => Assert.Equal(0, weights[(row * n) + i]));
        }
    }

    [Fact]
    public void Solve_WhereInputsNeverVary_KeepsTheOriginalWeights()
    {
        float[] weights = [1, -2, 3];
        var samples = Enumerable.Repeat(new float[] { 4, 5, 6 }, 20).ToArray();
        var targets = Enumerable.Repeat(new float[] { 7 }, 20).ToArray();
        var equations = NormalEquations.Create(Accumulate(samples, targets, TwoThreads), weights, 0.01);
        var solution = new double[3];

        equations.Solve(0, [0, 1, 2], solution, new double[9]);

        Assert.Equal([1, -2, 3], solution);
    }

    /// <summary>In three blocks of uneven size.</summary>
    [Theory]
    [InlineData(0, 3)]
    [InlineData(0, 6)]
    [InlineData(-1, 1)]
    public void ClampedTargets_FittedAgainAndAgain_NeverMissMoreBehindTheClamp(float low, float high)
    {
        // A quarter of the inputs cannot make these targets, most of which the clamp hides.
        var (x, y) = Samples(40, 35, 203);
        var means = Means(y);
        y = [.. y.Select(sample => sample.Select((value, row) => 5 * (value - (float)means[row])).ToArray())];
        var activation = new Activation(null!, low, high);
        var moments = Accumulate(x, y, TwoThreads);
        var kept = new LayerFit([.. Enumerable.Range(0, 40 * 35).Select(i => i % 4 == 0 ? 1f : 0)], new float[35], 0);
        var fit = kept.Again(moments, NormalEquations.Create(moments, new float[40 * 35], 1e-9), null, TwoThreads);
        var misses = new List<double> { Miss(fit) };

        for (var round = 0; round < 4; round++)
        {
            var targets = new ClampedTargets(activation, fit, 40, moments.H);
            var relaxed = Relax(targets, x, y);
            var again = Accumulate(x, relaxed, TwoThreads, moments.H);
            Assert.Equal(Accumulate(x, relaxed, TwoThreads).B, again.B);
            fit = fit.Again(again, NormalEquations.Create(again, new float[40 * 35], 1e-9), null, TwoThreads);
            misses.Add(Miss(fit));
        }

        Assert.Equal(misses.OrderDescending(), misses);
        Assert.True(misses[^1] < 0.9 * misses[0], string.Join(", ", misses));

        double Miss(LayerFit layer)
        {
            double sum = 0;
            for (var s = 0; s < x.Length; s++)
            {
                for (var row = 0; row < 35; row++)
                {
                    var value = layer.Bias[row];
                    for (var i = 0; i < 40; i++)
                        value += layer.Weights[(row * 40) + i] * x[s][i];
                    var miss = Math.Clamp(value, low, high) - Math.Clamp(y[s][row], low, high);
                    sum += miss * miss;
                }
            }

            return sum;
        }
    }

    [Fact]
    public void SolveOnGrid_OfCorrelatedInputs_MissesLessThanRoundingEachWeight()
    {
        var (equations, moments) = Equations(30, 8, 400);
        int[] kept = [.. Enumerable.Range(0, 30).Where(i => i % 3 != 0)];
        var (exact, onGrid, scratch) = (new double[20], new double[20], new double[400]);
        double plain = 0, careful = 0;

        for (var row = 0; row < 8; row++)
        {
            equations.Solve(row, kept, exact, scratch);
            equations.SolveOnGrid(row, kept, 7, onGrid, scratch);
            var step = (float)(exact.Max(Math.Abs) / 7);
            Assert.All(onGrid, value => Assert.Equal(0, Math.IEEERemainder(value, step), step * 1e-4));
            Assert.All(onGrid, value => Assert.InRange(Math.Abs(value), 0, 7.001 * step));
            var least = Error(Spread(exact), row);
            plain += Error(Spread([.. exact.Select(value => step * Math.Round(value / step))]), row) - least;
            careful += Error(Spread(onGrid), row) - least;
        }

        Assert.True(careful < 0.9 * plain, $"rounding costs {plain}, on the grid {careful}");

        double Error(float[] weights, int row)
        {
            var (all, errors) = (new float[8 * 30], new double[8]);
            weights.CopyTo(all, row * 30);
            moments.Errors(all, errors, TwoThreads);
            return errors[row];
        }

        float[] Spread(double[] values)
        {
            var weights = new float[30];
            for (var i = 0; i < kept.Length; i++)
                weights[kept[i]] = (float)values[i];
            return weights;
        }
    }

    private static float[][] Relax(ClampedTargets targets, float[][] x, float[][] y)
    {
        var (blockX, blockY) = (new SampleBlock(x[0].Length), new SampleBlock(y[0].Length));
        Fill(blockX, x);
        Fill(blockY, y);
        targets.Relax(blockX, blockY, TwoThreads);
        return [.. Enumerable.Range(0, y.Length).Select(s => Enumerable.Range(0, y[0].Length).Select(row => blockY[s, row]).ToArray())];
    }
}
