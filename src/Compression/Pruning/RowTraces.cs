using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>For every row of a layer the order in which its weights go, and what each costs: as far as anybody may want to go.</summary>
internal sealed class RowTraces
{
    /// <summary>Rows longer than this are pruned several weights at a time.</summary>
    private const int BatchFrom = 192;

    /// <summary>
    /// Rows longer than this are pruned in blocks of <see cref="BlockInputs"/>. Removing one weight after the other costs as much as the cube
    /// of a row's length: a minute for 512 rows of 1024, an hour for 512 of 4608.
    /// </summary>
    public const int ExactInputs = 1280;

    /// <summary>Inputs of a block.</summary>
    public const int BlockInputs = 512;

    /// <summary>No row loses more.</summary>
    public const double MostOfARow = 0.95;

    private RowTraces(int rows, int inputs, int steps, int[] order, float[] costs) =>
        (Rows, Inputs, Steps, Order, Costs) = (rows, inputs, steps, order, costs);

    public int Rows { get; }

    public int Inputs { get; }

    /// <summary>Removals recorded for each row.</summary>
    public int Steps { get; }

    /// <summary>Rows x steps indices.</summary>
    public int[] Order { get; }

    /// <summary>
    /// Rows x steps: added squared error, never less than of the step before, so that whoever takes what costs less than a limit takes
    /// the beginning of each row.
    /// </summary>
    public float[] Costs { get; }

    public static RowTraces Compute(
        NormalEquations equations, int rows, double share, ParallelOptions parallel, int exactInputs = ExactInputs)
    {
        var n = equations.Inputs;
        var steps = Math.Min(n, (int)Math.Ceiling(n * Math.Min(share, MostOfARow)));
        var inverse = equations.Inverse(parallel);
        if (n > exactInputs)
            return InBlocks(equations, inverse, rows, steps, parallel);
        var order = new int[rows * steps];
        var costs = new float[rows * steps];
        Workers.ForEach(
            rows,
            parallel,
            () => (Removal: new GreedyRemoval(n, steps), Weights: new double[n], Losses: new double[steps]),
            (row, scratch) =>
            {
                equations.Solve(row, inverse, scratch.Weights);
                scratch.Removal.Run(inverse, scratch.Weights, order.AsSpan(row * steps, steps), scratch.Losses, n >= BatchFrom ? 4 : 1);
                var highest = 0f;
                for (var step = 0; step < steps; step++)
                    costs[(row * steps) + step] = highest = Math.Max(highest, (float)scratch.Losses[step]);
            });
        return new(rows, n, steps, order, costs);
    }

    /// <summary>
    /// As if each block were the only one to lose weights, with all others fitted anew, which the inverse over all inputs makes exact; what
    /// the blocks' removals do to each other is left out. A row takes the blocks' removals in order of their cost.
    /// </summary>
    private static RowTraces InBlocks(NormalEquations equations, double[] inverse, int rows, int steps, ParallelOptions parallel)
    {
        var n = equations.Inputs;
        var solution = equations.Solve(inverse, parallel);
        var costs = new float[rows * n];
        Array.Fill(costs, float.PositiveInfinity);
        for (var first = 0; first < n; first += BlockInputs)
        {
            var size = Math.Min(BlockInputs, n - first);
            var block = new double[size * size];
            for (var i = 0; i < size; i++)
                inverse.AsSpan(((first + i) * n) + first, size).CopyTo(block.AsSpan(i * size, size));
            var most = (int)Math.Ceiling(size * ((double)steps / n));
            Workers.ForEach(
                rows,
                parallel,
                () => (Removal: new GreedyRemoval(size, most), Order: new int[most], Losses: new double[most]),
                (row, scratch) =>
                {
                    scratch.Removal.Run(block, solution.AsSpan((row * n) + first, size), scratch.Order, scratch.Losses, batch: 4);
                    var highest = 0f;
                    for (var step = 0; step < most; step++)
                        costs[(row * n) + first + scratch.Order[step]] = highest = Math.Max(highest, (float)scratch.Losses[step]);
                });
        }

        var order = new int[rows * steps];
        var sorted = new float[rows * steps];
        Workers.ForEach(rows, parallel, () => (Costs: new float[n], Order: new int[n]), (row, scratch) =>
        {
            costs.AsSpan(row * n, n).CopyTo(scratch.Costs);
            for (var i = 0; i < n; i++)
                scratch.Order[i] = i;
            Array.Sort(scratch.Costs, scratch.Order);
            scratch.Order.AsSpan(0, steps).CopyTo(order.AsSpan(row * steps, steps));
            scratch.Costs.AsSpan(0, steps).CopyTo(sorted.AsSpan(row * steps, steps));
        });
        return new(rows, n, steps, order, sorted);
    }

    /// <summary>How many weights cost less than a limit, each row's costs times its worth.</summary>
    public int CountBelow(double limit, ReadOnlySpan<double> worth)
    {
        var count = 0;
        for (var row = 0; row < Rows; row++)
            count += CountBelow(row, limit, worth[row]);
        return count;
    }

    /// <summary>Removals of each row that together are exactly <paramref name="total"/> and cost least.</summary>
    public int[] Cheapest(int total, ReadOnlySpan<double> worth)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(total, Rows * Steps);
        var limit = Limit(total, worth);
        var counts = new int[Rows];
        for (var row = 0; row < Rows; row++)
            counts[row] = CountBelow(row, limit, worth[row]);
        Settle(counts, total);
        return counts;
    }

    /// <summary>As equal a number for each row as can be.</summary>
    public int[] Equal(int total)
    {
        var counts = new int[Rows];
        for (var row = 0; row < Rows; row++)
            counts[row] = (int)((long)total * (row + 1) / Rows) - (int)((long)total * row / Rows);
        Settle(counts, total);
        return counts;
    }

    /// <summary>Between the two: 0 gives <see cref="Cheapest"/>, 1 <see cref="Equal"/>.</summary>
    public int[] Mixed(int total, ReadOnlySpan<double> worth, double equality)
    {
        var (cheapest, equal) = (Cheapest(total, worth), Equal(total));
        var counts = cheapest.Zip(equal, (a, b) => (int)Math.Round((a * (1 - equality)) + (b * equality))).ToArray();
        Settle(counts, total);
        return counts;
    }

    /// <summary>The indices of a row that stay after so many removals, ascending.</summary>
    public int[] Kept(int row, int removed)
    {
        var gone = new bool[Inputs];
        foreach (var index in Order.AsSpan(row * Steps, removed))
            gone[index] = true;
        return [.. Enumerable.Range(0, Inputs).Where(i => !gone[i])];
    }

    private int CountBelow(int row, double limit, double worth)
    {
        var (low, high) = (0, Steps);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Costs[(row * Steps) + middle] * worth < limit)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private double Limit(int total, ReadOnlySpan<double> worth)
    {
        double low = 0, high = 0;
        for (var row = 0; row < Rows; row++)
            high = Math.Max(high, Costs[(row * Steps) + Steps - 1] * worth[row]);
        for (var i = 0; i < 100 && low < high; i++)
        {
            var middle = (low + high) / 2;
            if (CountBelow(middle, worth) > total)
                high = middle;
            else
                low = middle;
        }

        return low;
    }

    /// <summary>Shifts single weights, row after row, until the sum is right.</summary>
    private void Settle(int[] counts, int total)
    {
        var rest = total - counts.Sum();
        while (rest != 0)
        {
            for (var row = 0; row < Rows && rest != 0; row++)
            {
                if (rest > 0 && counts[row] < Steps)
                {
                    counts[row]++;
                    rest--;
                }
                else if (rest < 0 && counts[row] > 0)
                {
                    counts[row]--;
                    rest++;
                }
            }
        }
    }
}
