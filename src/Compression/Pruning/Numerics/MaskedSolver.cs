using System.Numerics.Tensors;

namespace Lineup.Compression.Pruning.Numerics;

/// <summary>
/// Least squares for many rows of which each keeps inputs of its own, by conjugate gradients with the diagonal as preconditioner (Hestenes
/// and Stiefel 1952). An exact solution takes a factorisation a row, k^3 / 3: for rows of thousands of inputs that is hours. Here all
/// rows share one product with the matrix a step, and a few dozen steps do.
/// </summary>
internal static class MaskedSolver
{
    /// <summary>
    /// A row is done when its residual is this much smaller than its right side: what is left is about a millionth of
    /// what the fit explains.
    /// </summary>
    private const double Tolerance = 1e-3;

    private const int MostSteps = 60;

    /// <param name="equations">Of the layer.</param>
    /// <param name="kept">Which weights may differ from zero, rows x inputs.</param>
    /// <param name="parallel">Threads.</param>
    /// <returns>Weights, rows x inputs.</returns>
    public static double[] Solve(NormalEquations equations, bool[] kept, ParallelOptions parallel)
    {
        var n = equations.Inputs;
        var rows = kept.Length / n;
        var inverseDiagonal = new double[n];
        for (var i = 0; i < n; i++)
            inverseDiagonal[i] = 1 / equations.Matrix[(i * n) + i];

        var (solution, residual, direction) = (new double[kept.Length], new double[kept.Length], new double[kept.Length]);
        var (strength, goal, open) = (new double[rows], new double[rows], new bool[rows]);
        Parallel.For(0, rows, parallel, row =>
        {
            var own = residual.AsSpan(row * n, n);
            var towards = direction.AsSpan(row * n, n);
            for (var i = 0; i < n; i++)
                own[i] = kept[(row * n) + i] ? equations.Right[(row * n) + i] : 0;
            TensorPrimitives.Multiply(own, inverseDiagonal, towards);
            strength[row] = TensorPrimitives.Dot<double>(own, towards);
            goal[row] = Tolerance * Tolerance * strength[row];
            open[row] = strength[row] > 0;
        });

        for (var step = 0; step < MostSteps && Array.Exists(open, own => own); step++)
        {
            parallel.CancellationToken.ThrowIfCancellationRequested();
            Step(equations, solution, kept, residual, direction, inverseDiagonal, strength, goal, open, parallel);
        }

        return solution;
    }

    private static void Step(
        NormalEquations equations, double[] solution, bool[] kept, double[] residual, double[] direction, double[] inverseDiagonal,
        double[] strength, double[] goal, bool[] open, ParallelOptions parallel)
    {
        var n = equations.Inputs;
        int[] active = [.. Enumerable.Range(0, open.Length).Where(row => open[row])];
        var directions = new double[active.Length * n];
        for (var a = 0; a < active.Length; a++)
            direction.AsSpan(active[a] * n, n).CopyTo(directions.AsSpan(a * n, n));
        var products = RowProducts.Of(directions, equations.Matrix, n, parallel);
        Parallel.For(0, active.Length, parallel, a =>
        {
            var row = active[a];
            var towards = direction.AsSpan(row * n, n);
            var product = products.AsSpan(a * n, n);
            var own = residual.AsSpan(row * n, n);
            for (var i = 0; i < n; i++)
            {
                if (!kept[(row * n) + i])
                    product[i] = 0;
            }

            var weights = solution.AsSpan(row * n, n);
            var length = strength[row] / TensorPrimitives.Dot<double>(towards, product);
            TensorPrimitives.MultiplyAdd(towards, length, weights, weights);
            TensorPrimitives.MultiplyAdd(product, -length, own, own);

            // The product is not needed any more, and takes the preconditioned residual.
            TensorPrimitives.Multiply(own, inverseDiagonal, product);
            var next = TensorPrimitives.Dot<double>(own, product);
            TensorPrimitives.MultiplyAdd(towards, next / strength[row], product, towards);
            strength[row] = next;
            open[row] = next > goal[row];
        });
    }
}
