using System.Numerics.Tensors;
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
        if (steps is null && !Weights.Contains(0))
            return Fit(moments, equations, parallel);
        return Fit(moments, equations, row => [.. Enumerable.Range(0, n).Where(i => Weights[(row * n) + i] != 0)], steps, parallel);
    }

    private static LayerFit Fit(
        Moments moments, NormalEquations equations, Func<int, int[]> keep, int? steps, ParallelOptions parallel)
    {
        var (n, rows) = (moments.Inputs, moments.Targets);
        var weights = new float[rows * n];
        var errors = new double[rows];
        if (n > RowTraces.ExactInputs)
        {
            FitLongRows(equations, keep, steps, weights, parallel);
            return Finish(moments, weights, errors, parallel);
        }

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

    /// <summary>All rows at once, since a factorisation for each would take hours; rounding errors on a grid are not made up for.</summary>
    private static void FitLongRows(NormalEquations equations, Func<int, int[]> keep, int? steps, float[] weights, ParallelOptions parallel)
    {
        var n = equations.Inputs;
        var stays = new bool[weights.Length];
        for (var row = 0; row < weights.Length / n; row++)
        {
            foreach (var i in keep(row))
                stays[(row * n) + i] = true;
        }

        var solution = MaskedSolver.Solve(equations, stays, parallel);
        for (var row = 0; row < weights.Length / n; row++)
        {
            var own = solution.AsSpan(row * n, n);
            var step = steps is { } most ? (float)(Math.Abs(TensorPrimitives.MaxMagnitude<double>(own)) / most) : 0;
            for (var i = 0; i < n; i++)
            {
                if (stays[(row * n) + i])
                    weights[(row * n) + i] = step > 0 ? step * (float)Math.Round(own[i] / step) : Nonzero((float)own[i]);
            }
        }
    }

    /// <summary>Fits the weights of some inputs, the same in every row (ascending); the others become zero.</summary>
    public static LayerFit Fit(Moments moments, NormalEquations equations, int[] kept, ParallelOptions parallel)
    {
        var (n, rows, k) = (moments.Inputs, moments.Targets, kept.Length);
        var part = equations.Of(kept);
        var solution = part.Solve(part.Inverse(parallel), parallel);
        var weights = new float[rows * n];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < k; i++)
                weights[(row * n) + kept[i]] = (float)solution[(row * k) + i];
        }

        return Finish(moments, weights, new double[rows], parallel);
    }

    /// <summary>Fits all weights.</summary>
    public static LayerFit Fit(Moments moments, NormalEquations equations, ParallelOptions parallel)
    {
        var rows = moments.Targets;
        var weights = Array.ConvertAll(equations.Solve(equations.Inverse(parallel), parallel), value => (float)value);
        return Finish(moments, weights, new double[rows], parallel);
    }

    private static LayerFit Finish(Moments moments, float[] weights, double[] errors, ParallelOptions parallel)
    {
        var (n, rows) = (moments.Inputs, moments.Targets);
        var bias = new float[rows];
        moments.Errors(weights, errors, parallel);
        Parallel.For(0, rows, parallel, row => bias[row] = (float)moments.Bias(weights.AsSpan(row * n, n), row));
        return new(weights, bias, errors.Sum() / Math.Max(double.Epsilon, moments.VarianceY.Sum()));
    }

    /// <summary>A kept weight that happens to be fitted to nothing must not count as removed.</summary>
    private static float Nonzero(float value) => value == 0 ? 1e-30f : value;
}
