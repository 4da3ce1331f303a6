using Lineup.Compression.Pruning;
using Lineup.Compression.Pruning.Channels;
using Lineup.Compression.Pruning.Numerics;
using static Lineup.Compression.Tests.Pruning.MomentSamples;

namespace Lineup.Compression.Tests.Pruning;

/// <summary>Which weights and channels go first, and what that loses.</summary>
public sealed class RemovalTests
{
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
}
