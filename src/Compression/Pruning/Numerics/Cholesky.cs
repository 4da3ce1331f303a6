using System.Numerics.Tensors;

namespace Lineup.Compression.Pruning.Numerics;

/// <summary>
/// Symmetric positive definite systems in double precision. Matrices are row-major n x n. Every result depends on its input alone, not
/// on the number of threads: each element is computed by one thread, in one order.
/// </summary>
internal static class Cholesky
{
    /// <summary>
    /// Replaces the lower triangle by L with A = L L^T; what is above the diagonal is neither read nor written. False if A is not
    /// positive definite, and then its content is lost.
    /// </summary>
    public static bool TryFactor(Span<double> matrix, int n)
    {
        for (var i = 0; i < n; i++)
        {
            var row = matrix.Slice(i * n, n);
            for (var j = 0; j < i; j++)
            {
                var other = matrix.Slice(j * n, n);
                row[j] = (row[j] - TensorPrimitives.Dot<double>(row[..j], other[..j])) / other[j];
            }

            var pivot = row[i] - TensorPrimitives.SumOfSquares<double>(row[..i]);
            if (!(pivot > 0) || !double.IsFinite(pivot))
                return false;
            row[i] = Math.Sqrt(pivot);
        }

        return true;
    }

    /// <summary>Replaces b by the solution of A x = b.</summary>
    public static void Solve(ReadOnlySpan<double> factor, int n, Span<double> b)
    {
        for (var i = 0; i < n; i++)
        {
            var row = factor.Slice(i * n, i + 1);
            b[i] = (b[i] - TensorPrimitives.Dot(row[..i], b[..i])) / row[i];
        }

        // By rows of L, which are contiguous, instead of by columns.
        for (var i = n - 1; i >= 0; i--)
        {
            var row = factor.Slice(i * n, i + 1);
            b[i] /= row[i];
            TensorPrimitives.MultiplyAdd(row[..i], -b[i], b[..i], b[..i]);
        }
    }

    /// <summary>
    /// Replaces b by a solution of A x = b near the exact one with all elements multiples of a step, none beyond so many of them. From the
    /// last element to the first each is rounded with the errors of those after it known: the nearest plane of Babai ("On Lovasz' lattice
    /// reduction and the nearest lattice point problem", 1986), which is what GPTQ does (Chen et al., "The Geometry of LLM
    /// Quantization", 2025).
    /// </summary>
    public static void SolveOnGrid(ReadOnlySpan<double> factor, int n, Span<double> b, double step, int most)
    {
        for (var i = 0; i < n; i++)
        {
            var row = factor.Slice(i * n, i + 1);
            b[i] = (b[i] - TensorPrimitives.Dot(row[..i], b[..i])) / row[i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            var row = factor.Slice(i * n, i + 1);
            b[i] = step * Math.Clamp(Math.Round(b[i] / row[i] / step), -most, most);
            TensorPrimitives.MultiplyAdd(row[..i], -b[i], b[..i], b[..i]);
        }
    }

    /// <summary>A^-1, both triangles.</summary>
    public static double[] Inverse(double[] factor, int n, ParallelOptions parallel)
    {
        // Row j holds column j of L^-1, from its diagonal on.
        var columns = new double[n * n];
        Parallel.For(0, n, parallel, j =>
        {
            var column = columns.AsSpan(j * n, n);
            column[j] = 1 / factor[(j * n) + j];
            for (var i = j + 1; i < n; i++)
            {
                var row = factor.AsSpan(i * n, n);
                column[i] = -TensorPrimitives.Dot<double>(row[j..i], column[j..i]) / row[i];
            }
        });

        var inverse = new double[n * n];
        Parallel.For(0, n, parallel, i =>
        {
            var column = columns.AsSpan(i * n, n)[i..];
            for (var j = 0; j <= i; j++)
            {
                var value = TensorPrimitives.Dot<double>(column, columns.AsSpan((j * n) + i, n - i));
                inverse[(i * n) + j] = value;
                inverse[(j * n) + i] = value;
            }
        });

        return inverse;
    }
}
