using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>For every row of a layer the order in which its weights go, and what each costs: as far as anybody may want to go.</summary>
internal sealed class RowTraces
{
    /// <summary>Rows longer than this are pruned several weights at a time.</summary>
    private const int BatchFrom = 192;

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

    public static RowTraces Compute(NormalEquations equations, int rows, double share, ParallelOptions parallel)
    {
        var n = equations.Inputs;
        var steps = Math.Min(n, (int)Math.Ceiling(n * Math.Min(share, MostOfARow)));
        var inverse = equations.Inverse(parallel);
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
