using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>New weights of a layer, its bias, and by how much the output then misses its target, as a share of the target's variance.</summary>
internal sealed record LayerFit(float[] Weights, float[] Bias, double Error)
{
    /// <summary>Fits what remains of each row after so many removals.</summary>
    public static LayerFit Fit(Moments moments, NormalEquations equations, RowTraces traces, int[] removals, ParallelOptions parallel) =>
        Fit(moments, equations, row => traces.Kept(row, removals[row]), null, parallel);

    /// <summary>Fits the weights that are not zero in this fit, to other targets, or onto a grid.</summary>
    /// <param name="moments">What to fit to.</param>
    /// <param name="equations">Made of these.</param>
    /// <param name="steps">Steps between zero and the largest weight of each row, of which all weights become multiples; null for none.</param>
    /// <param name="parallel">Threads.</param>
    public LayerFit Again(Moments moments, NormalEquations equations, int? steps, ParallelOptions parallel)
    {
        var n = moments.Inputs;
        return Fit(moments, equations, row => [.. Enumerable.Range(0, n).Where(i => Weights[(row * n) + i] != 0)], steps, parallel);
    }

    private static LayerFit Fit(
        Moments moments, NormalEquations equations, Func<int, int[]> keep, int? steps, ParallelOptions parallel)
    {
        var (n, rows) = (moments.Inputs, moments.Targets);
        var weights = new float[rows * n];
        var errors = new double[rows];
        Workers.ForEach(
            rows,
            parallel,
            () => (Scratch: new double[n * n], Solution: new double[n]),
            (row, local) =>
            {
                var kept = keep(row);
                if (steps is { } most)
                    equations.SolveOnGrid(row, kept, most, local.Solution, local.Scratch);
                else
                    equations.Solve(row, kept, local.Solution, local.Scratch);
                for (var i = 0; i < kept.Length; i++)
                    weights[(row * n) + kept[i]] = steps is null ? Nonzero((float)local.Solution[i]) : (float)local.Solution[i];
            });
        return Finish(moments, weights, errors, parallel);
    }

    /// <summary>Fits all weights.</summary>
    public static LayerFit Fit(Moments moments, NormalEquations equations, ParallelOptions parallel)
    {
        var (n, rows) = (moments.Inputs, moments.Targets);
        var inverse = equations.Inverse(parallel);
        var weights = new float[rows * n];
        Parallel.For(0, rows, parallel, row =>
        {
            var solution = new double[n];
            equations.Solve(row, inverse, solution);
            for (var i = 0; i < n; i++)
                weights[(row * n) + i] = (float)solution[i];
        });
        return Finish(moments, weights, new double[rows], parallel);
    }

    private static LayerFit Finish(Moments moments, float[] weights, double[] errors, ParallelOptions parallel)
    {
        var (n, rows) = (moments.Inputs, moments.Targets);
        var bias = new float[rows];
        Parallel.For(0, rows, parallel, row =>
        {
            var own = weights.AsSpan(row * n, n);
            bias[row] = (float)moments.Bias(own, row);
            errors[row] = moments.Error(own, row);
        });
        return new(weights, bias, errors.Sum() / Math.Max(double.Epsilon, moments.VarianceY.Sum()));
    }

    /// <summary>A kept weight that happens to be fitted to nothing must not count as removed.</summary>
    private static float Nonzero(float value) => value == 0 ? 1e-30f : value;
}
