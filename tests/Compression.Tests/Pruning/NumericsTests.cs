using Lineup.Compression.Pruning;
using Lineup.Compression.Pruning.Channels;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Tests.Pruning;

public sealed class NumericsTests
{
    private static readonly ParallelOptions TwoThreads = new() { MaxDegreeOfParallelism = 2 };

    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(5, 3, 40)]
    [InlineData(33, 70, 600)]
    public void Moments_OfCorrelatedSamples_AreThoseOfTheDefinition(int inputs, int targets, int samples)
    {
        var (x, y) = Samples(inputs, targets, samples);

        var moments = Accumulate(x, y, TwoThreads);

        var (meanX, meanY) = (Means(x), Means(y));
        Assert.Equal(samples, moments.Samples);
        for (var i = 0; i < inputs; i++)
        {
            Assert.Equal(meanX[i], moments.MeanX[i], 1e-5);
            for (var j = 0; j < inputs; j++)
                Assert.Equal(Covariance(x, meanX, i, x, meanX, j), moments.H[(i * inputs) + j], 1e-4);
            for (var j = 0; j < targets; j++)
                Assert.Equal(Covariance(x, meanX, i, y, meanY, j), moments.B[(i * targets) + j], 1e-4);
        }

        for (var j = 0; j < targets; j++)
            Assert.Equal(Covariance(y, meanY, j, y, meanY, j), moments.VarianceY[j], 1e-4);
    }

    [Fact]
    public void Moments_WithOneOrTwoThreads_AreTheSameBits()
    {
        var (x, y) = Samples(100, 50, 700);

        var one = Accumulate(x, y, new() { MaxDegreeOfParallelism = 1 });
        var two = Accumulate(x, y, TwoThreads);

        Assert.Equal(one.H, two.H);
        Assert.Equal(one.B, two.B);
        Assert.Equal(one.MeanX, two.MeanX);
    }

    [Fact]
    public void Moments_Error_IsTheMeanSquareOfWhatTheWeightsMiss()
    {
        var (x, y) = Samples(6, 2, 300);
        var moments = Accumulate(x, y, TwoThreads);
        float[] weights = [0.5f, 0, -1, 0.25f, 0, 2];
        var errors = new double[2];

        moments.Errors([.. new float[6], .. weights], errors, TwoThreads);

        var bias = moments.Bias(weights, 1);
        double expected = 0;
        for (var s = 0; s < x.Length; s++)
        {
            var miss = bias - y[s][1];
            for (var i = 0; i < 6; i++)
                miss += weights[i] * x[s][i];
            expected += miss * miss / x.Length;
        }

        Assert.Equal(expected, errors[1], expected * 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void Inverse_TimesTheMatrix_IsTheIdentity(int n)
    {
        var (equations, _) = Equations(n, 3, 200);

        var inverse = equations.Inverse(TwoThreads);

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                double product = 0;
                for (var k = 0; k < n; k++)
                    product += equations.Matrix[(i * n) + k] * inverse[(k * n) + j];
                Assert.Equal(i == j ? 1 : 0, product, 1e-8);
            }
        }
    }

    [Fact]
    public void Inverse_OfAMatrixThatIsWorkedOnInBlocks_TimesTheMatrixIsTheIdentityOnAnyThreads()
    {
        const int n = BlockedCholesky.From + 77;
        var (equations, _) = Equations(n, 1, 1500);

        var (one, two) = (equations.Inverse(new() { MaxDegreeOfParallelism = 1 }), equations.Inverse(TwoThreads));

        Assert.Equal(one, two);
        var products = RowProducts.Of(equations.Matrix, two, n, TwoThreads);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                Assert.Equal(i == j ? 1 : 0, products[(i * n) + j], 1e-8);
        }
    }

    [Fact]
    public void TryFactor_OfALargeIndefiniteMatrix_SaysSo()
    {
        const int n = 200;
        var matrix = new double[n * n];
        for (var i = 0; i < n; i++)
            matrix[(i * n) + i] = i == 150 ? -1 : 1;

        var factored = BlockedCholesky.TryFactor(matrix, n, TwoThreads);

        Assert.False(factored);
    }

    [Fact]
    public void Expand_OfCompactMoments_GivesThemBackInSinglePrecision()
    {
        var (x, y) = Samples(40, 7, 300);
        var moments = Accumulate(x, y, TwoThreads);

        var back = new CompactMoments(moments).Expand();

        Assert.Equal(moments.MeanX, back.MeanX);
        for (var i = 0; i < moments.H.Length; i++)
            Assert.Equal((float)moments.H[i], back.H[i]);
        for (var i = 0; i < moments.B.Length; i++)
            Assert.Equal((float)moments.B[i], back.B[i]);
    }

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
    public void Traces_OfRowsThatAreTakenInBlocks_LoseMoreThanWeightByWeightAndLessThanByMagnitude()
    {
        const int n = RowTraces.BlockInputs + 88;
        var (equations, _) = Equations(n, 2, 1500);
        var exact = RowTraces.Compute(equations, 2, 0.5, TwoThreads);

        var blocks = RowTraces.Compute(equations, 2, 0.5, TwoThreads, exactInputs: 100);

        var inverse = equations.Inverse(TwoThreads);
        Assert.Equal(n / 2, blocks.Steps);
        for (var row = 0; row < 2; row++)
        {
            var order = blocks.Order.AsSpan(row * blocks.Steps, blocks.Steps).ToArray();
            Assert.Equal(order.Length, order.Distinct().Count());
            var costs = blocks.Costs.AsSpan(row * blocks.Steps, blocks.Steps).ToArray();
            Assert.Equal(costs.Order(), costs);
            Assert.All(costs, cost => Assert.True(float.IsFinite(cost)));

            var dense = Objective(equations, row, [.. Enumerable.Range(0, n)]);
            var one = Objective(equations, row, [.. exact.Kept(row, n / 2)]) - dense;
            var solution = new double[n];
            equations.Solve(row, inverse, solution);
            int[] largest = [.. Enumerable.Range(0, n).OrderByDescending(i => Math.Abs(solution[i])).Take(n - (n / 2)).Order()];
            var magnitude = Objective(equations, row, [.. largest]) - dense;
            var loss = Objective(equations, row, [.. blocks.Kept(row, n / 2)]) - dense;
            Assert.True(loss >= 0.9 * one && loss < 2 * one, $"{loss} in blocks, {one} weight by weight");
            Assert.True(loss < 0.8 * magnitude, $"{loss} in blocks, {magnitude} by magnitude");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Remove_OfWholeChannels_LosesWhatItSaidAndLeavesTheLeastSquaresSolution(int taps)
    {
        const int channels = 8;
        var n = channels * taps;
        var (equations, _) = Equations(n, 2, 400);
        var removal = new ColumnRemoval(equations, 2, taps, [1, 0.5], TwoThreads);
        var kept = Enumerable.Range(0, n).ToList();

        foreach (var channel in new[] { 5, 0, 3 })
        {
            var losses = new double[channels];
            removal.AddLosses(losses, 0);
            var before = Loss();

            removal.Remove(channel);

            kept.RemoveAll(i => i / taps == channel);
            Assert.Equal(Loss() - before, losses[channel], 1e-9);
            for (var row = 0; row < 2; row++)
            {
                var solution = new double[kept.Count];
                equations.Solve(row, [.. kept], solution, new double[n * n]);
                for (var i = 0; i < kept.Count; i++)
                    Assert.Equal(solution[i], removal.Weights[(row * n) + kept[i]], 1e-5);
            }
        }

        double Loss() => Objective(equations, 0, kept) + (0.5 * Objective(equations, 1, kept));
    }

    [Fact]
    public void TryFactor_OfAnIndefiniteMatrix_SaysSo()
    {
        double[] matrix = [1, 2, 2, 1];

        var factored = Cholesky.TryFactor(matrix, 2);

        Assert.False(factored);
    }

    [Fact]
    public void Run_OneAtATime_RemovesWhatTryingAllWouldRemove()
    {
        const int n = 12;
        var (equations, _) = Equations(n, 2, 200);
        var inverse = equations.Inverse(TwoThreads);
        var weights = new double[n];
        equations.Solve(0, inverse, weights);
        var (order, losses) = (new int[8], new double[8]);

        new GreedyRemoval(n, 8).Run(inverse, weights, order, losses);

        var kept = Enumerable.Range(0, n).ToList();
        var before = Objective(equations, 0, kept);
        for (var step = 0; step < order.Length; step++)
        {
            var best = kept.MinBy(candidate => Objective(equations, 0, [.. kept.Where(i => i != candidate)]));
            Assert.Equal(best, order[step]);
            kept.Remove(best);
            var after = Objective(equations, 0, kept);
            Assert.Equal(after - before, losses[step], 1e-9);
            before = after;
        }
    }

    [Fact]
    public void Run_FourAtATime_LeavesTheLeastSquaresSolutionAtALossAsLow()
    {
        const int n = 150;
        var (equations, _) = Equations(n, 1, 2000);
        var inverse = equations.Inverse(TwoThreads);
        var (exact, batched) = (new double[n], new double[n]);
        equations.Solve(0, inverse, exact);
        exact.CopyTo(batched, 0);
        var (order, losses, lossesOfFour) = (new int[90], new double[90], new double[90]);
        new GreedyRemoval(n, 90).Run(inverse, exact, order, losses);

        new GreedyRemoval(n, 90).Run(inverse, batched, order, lossesOfFour, batch: 4);

        Assert.Equal(90, order.Distinct().Count());
        Assert.InRange(lossesOfFour.Sum(), losses.Sum() * 0.5, losses.Sum() * 1.1);
        int[] kept = [.. Enumerable.Range(0, n).Except(order)];
        var solution = new double[kept.Length];
        equations.Solve(0, kept, solution, new double[kept.Length * kept.Length]);
        for (var i = 0; i < kept.Length; i++)
            Assert.Equal(solution[i], batched[kept[i]], 1e-7);
        Assert.All(order, removed => Assert.Equal(0, batched[removed]));
    }

    [Fact]
    public void Run_WithALimit_StopsBeforeIt()
    {
        const int n = 30;
        var (equations, _) = Equations(n, 1, 300);
        var inverse = equations.Inverse(TwoThreads);
        var weights = new double[n];
        equations.Solve(0, inverse, weights);
        var (order, losses) = (new int[n], new double[n]);
        new GreedyRemoval(n, n).Run(inverse, [.. weights], order, losses);

        var removed = new GreedyRemoval(n, n).Run(inverse, weights, order, losses, limit: losses[20]);

        Assert.InRange(removed, 1, 20);
        Assert.Equal(n - removed, weights.Count(weight => weight != 0));
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

    internal static (float[][] X, float[][] Y) Samples(int inputs, int targets, int samples)
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

    private static Moments Accumulate(float[][] x, float[][] y, ParallelOptions parallel, double[]? known = null)
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

    private static float[][] Relax(ClampedTargets targets, float[][] x, float[][] y)
    {
        var (blockX, blockY) = (new SampleBlock(x[0].Length), new SampleBlock(y[0].Length));
        Fill(blockX, x);
        Fill(blockY, y);
        targets.Relax(blockX, blockY, TwoThreads);
        return [.. Enumerable.Range(0, y.Length).Select(s => Enumerable.Range(0, y[0].Length).Select(row => blockY[s, row]).ToArray())];
    }

    private static void Fill(SampleBlock block, float[][] samples)
    {
        block.Resize(samples.Length);
        for (var s = 0; s < samples.Length; s++)
        {
            for (var i = 0; i < samples[s].Length; i++)
                block[s, i] = samples[s][i];
        }
    }

    private static (NormalEquations Equations, Moments Moments) Equations(int inputs, int targets, int samples)
    {
        var (x, y) = Samples(inputs, targets, samples);
        var moments = Accumulate(x, y, TwoThreads);
        return (NormalEquations.Create(moments, new float[inputs * targets], 0.01), moments);
    }

    /// <summary>w A w - 2 w r at its minimum over weights on <paramref name="kept"/>, by Gaussian elimination.</summary>
    private static double Objective(NormalEquations equations, int row, List<int> kept)
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

    private static double[] Means(float[][] samples) =>
        [.. Enumerable.Range(0, samples[0].Length).Select(i => samples.Average(sample => (double)sample[i]))];

    private static double Covariance(float[][] a, double[] meanA, int i, float[][] b, double[] meanB, int j)
    {
        double sum = 0;
        for (var s = 0; s < a.Length; s++)
            sum += (a[s][i] - meanA[i]) * (b[s][j] - meanB[j]);
        return sum / a.Length;
    }
}
