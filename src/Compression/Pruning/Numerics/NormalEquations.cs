using System.Numerics.Tensors;

namespace Lineup.Compression.Pruning.Numerics;

/// <summary>
/// min over w of |w x - y|^2 + mu |w - w0|^2 for each row w, as A w = r with A = H + mu I and r = B^T + mu w0: damping pulls towards the
/// original weights, not towards zero, so that what the samples do not determine stays as it was.
/// </summary>
internal sealed class NormalEquations
{
    private readonly int _n;
    private readonly double[] _matrix;

    private NormalEquations(int n, double[] matrix, double[] right) => (_n, _matrix, Right) = (n, matrix, right);

    public int Inputs => _n;

    /// <summary>r, one row after the other.</summary>
    public double[] Right { get; }

    /// <summary>A, row-major.</summary>
    public double[] Matrix => _matrix;

    /// <param name="moments">Of the layer.</param>
    /// <param name="weights">The original weights, targets x inputs.</param>
    /// <param name="damping">mu as a share of the mean of H's diagonal.</param>
    public static NormalEquations Create(Moments moments, ReadOnlySpan<float> weights, double damping)
    {
        var (n, rows) = (moments.Inputs, moments.Targets);
        double trace = 0;
        for (var i = 0; i < n; i++)
            trace += moments.H[(i * n) + i];
        // Inputs that never vary leave nothing to fit: any positive value then keeps the weights.
        var mu = trace > 0 ? damping * trace / n : 1;

        var matrix = (double[])moments.H.Clone();
        for (var i = 0; i < n; i++)
            matrix[(i * n) + i] += mu;
        var right = new double[rows * n];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < n; i++)
                right[(row * n) + i] = moments.B[(i * rows) + row] + (mu * weights[(row * n) + i]);
        }

        return new(n, matrix, right);
    }

    /// <summary>The equations of some of the inputs alone, the others' weights being zero.</summary>
    public NormalEquations Of(int[] kept)
    {
        var (k, rows) = (kept.Length, Right.Length / _n);
        var (matrix, right) = (new double[k * k], new double[rows * k]);
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < k; j++)
                matrix[(i * k) + j] = _matrix[(kept[i] * _n) + kept[j]];
        }

        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < k; i++)
                right[(row * k) + i] = Right[(row * _n) + kept[i]];
        }

        return new(k, matrix, right);
    }

    /// <summary>A^-1. Damping makes A positive definite; where rounding defeats it, the diagonal is raised until it is.</summary>
    public double[] Inverse(ParallelOptions parallel)
    {
        for (var raise = 0d; ; raise = raise == 0 ? 1e-9 : raise * 10)
        {
            var factor = (double[])_matrix.Clone();
            for (var i = 0; i < _n; i++)
                factor[(i * _n) + i] *= 1 + raise;
            if (_n >= BlockedCholesky.From && BlockedCholesky.TryFactor(factor, _n, parallel))
                return BlockedCholesky.Inverse(factor, _n, parallel);
            if (_n < BlockedCholesky.From && Cholesky.TryFactor(factor, _n))
                return Cholesky.Inverse(factor, _n, parallel);
        }
    }

    /// <summary>The weights of a row that minimise its error where all but <paramref name="kept"/> (ascending) are zero.</summary>
    /// <param name="row">The row.</param>
    /// <param name="kept">Indices of the inputs that keep their weight.</param>
    /// <param name="solution">One weight for each of <paramref name="kept"/>.</param>
    /// <param name="scratch">At least the square of the number kept.</param>
    public void Solve(int row, ReadOnlySpan<int> kept, Span<double> solution, Span<double> scratch)
    {
        var factor = Factor(kept, scratch);
        CopyRight(row, kept, solution);
        Cholesky.Solve(factor, kept.Length, solution[..kept.Length]);
    }

    /// <summary>
    /// As <see cref="Solve(int, ReadOnlySpan{int}, Span{double}, Span{double})"/>, but with all weights multiples of one step, which is the
    /// largest weight over <paramref name="steps"/>. Each rounding error is made up for by the weights that are rounded after it.
    /// </summary>
    public void SolveOnGrid(int row, ReadOnlySpan<int> kept, int steps, Span<double> solution, Span<double> scratch)
    {
        var factor = Factor(kept, scratch);
        solution = solution[..kept.Length];
        CopyRight(row, kept, solution);
        Cholesky.Solve(factor, kept.Length, solution);
        var step = solution.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(solution)) / steps;
        if (step == 0)
            return;
        CopyRight(row, kept, solution);
        Cholesky.SolveOnGrid(factor, kept.Length, solution, (float)step, steps);
    }

    private void CopyRight(int row, ReadOnlySpan<int> kept, Span<double> solution)
    {
        for (var i = 0; i < kept.Length; i++)
            solution[i] = Right[(row * _n) + kept[i]];
    }

    private Span<double> Factor(ReadOnlySpan<int> kept, Span<double> scratch)
    {
        var k = kept.Length;
        var factor = scratch[..(k * k)];
        for (var raise = 0d; ; raise = raise == 0 ? 1e-9 : raise * 10)
        {
            for (var i = 0; i < k; i++)
            {
                var source = _matrix.AsSpan(kept[i] * _n, _n);
                var target = factor.Slice(i * k, k);
                for (var j = 0; j <= i; j++)
                    target[j] = source[kept[j]];
                target[i] *= 1 + raise;
            }

            if (Cholesky.TryFactor(factor, k))
                return factor;
        }
    }

    /// <summary>The weights of all rows that minimise their errors with none removed.</summary>
    public double[] Solve(double[] inverse, ParallelOptions parallel) => RowProducts.Of(Right, inverse, _n, parallel);

    /// <summary>The weights of a row that minimise its error with none removed.</summary>
    public void Solve(int row, ReadOnlySpan<double> inverse, Span<double> solution)
    {
        var right = Right.AsSpan(row * _n, _n);
        for (var i = 0; i < _n; i++)
            solution[i] = TensorPrimitives.Dot<double>(inverse.Slice(i * _n, _n), right);
    }
}
