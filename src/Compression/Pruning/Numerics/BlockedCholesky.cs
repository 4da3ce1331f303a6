namespace Lineup.Compression.Pruning.Numerics;

/// <summary>
/// What <see cref="Cholesky"/> does, for matrices that no cache holds: in square blocks, so that memory is read a hundredth as often,
/// and on all threads. Which element is summed in which order does not depend on the threads.
/// </summary>
internal static class BlockedCholesky
{
    /// <summary>From this size on it is faster.</summary>
    public const int From = 384;

    /// <summary>Side of a block; two rows of blocks stay in a core's cache.</summary>
    private const int Block = 64;

    /// <summary>Replaces the lower triangle by L with A = L L^T, and spoils the upper one. False if A is not positive definite.</summary>
    public static bool TryFactor(double[] matrix, int n, ParallelOptions parallel)
    {
        for (var start = 0; start < n; start += Block)
        {
            var (first, end) = (start, Math.Min(n, start + Block));
            RowProducts.Add(matrix, n, first, new(matrix, n, first, end), new(matrix, n, first, end), 0, first, -1);
            if (!FactorDiagonal(matrix, n, first, end))
                return false;
            var blocks = (n - end + Block - 1) / Block;
            Parallel.For(0, blocks, parallel, block =>
            {
                var (top, bottom) = (end + (block * Block), Math.Min(n, end + ((block + 1) * Block)));
                RowProducts.Add(matrix, n, first, new(matrix, n, top, bottom), new(matrix, n, first, end), 0, first, -1);
                for (var i = top; i < bottom; i++)
                    SolveRow(matrix, n, i, first, end);
            });
        }

        return true;
    }

    /// <inheritdoc cref="Cholesky.Inverse"/>
    public static double[] Inverse(double[] factor, int n, ParallelOptions parallel)
    {
        // Row j holds column j of L^-1, from its diagonal on. A block of columns is made by one thread, a block of rows after the other.
        var columns = new double[(long)n * n];
        var blocks = (n + Block - 1) / Block;
        Parallel.For(0, blocks, parallel, block =>
        {
            var (left, right) = (block * Block, Math.Min(n, (block + 1) * Block));
            for (var top = left; top < n; top += Block)
            {
                var bottom = Math.Min(n, top + Block);
                // columns[j, i] = -(sum over k < top of L[i, k] columns[j, k]), then what the block itself adds.
                RowProducts.Add(columns, n, top, new(columns, n, left, right), new(factor, n, top, bottom), left, top, -1);
                for (var j = left; j < right; j++)
                {
                    var column = columns.AsSpan(j * n, n);
                    if (j >= top && j < bottom)
                        column[j] += 1;
                    for (var i = Math.Max(top, j); i < bottom; i++)
                    {
                        var sum = column[i];
                        var from = Math.Max(top, j);
                        for (var k = from; k < i; k++)
                            sum -= factor[(i * n) + k] * column[k];
                        column[i] = sum / factor[(i * n) + i];
                    }
                }
            }
        });

        // A^-1[i, j] is the product of columns i and j from the later diagonal on; before it, one of them is zero.
        var inverse = new double[(long)n * n];
        Parallel.For(0, blocks, parallel, block =>
        {
            var (top, bottom) = (block * Block, Math.Min(n, (block + 1) * Block));
            for (var left = 0; left <= top; left += Block)
            {
                var right = Math.Min(n, left + Block);
                RowProducts.Add(inverse, n, left, new(columns, n, top, bottom), new(columns, n, left, right), top, n, 1);
            }
        });
        Parallel.For(0, n, parallel, i =>
        {
            for (var j = i + 1; j < n; j++)
                inverse[(i * n) + j] = inverse[(j * n) + i];
        });
        return inverse;
    }

    private static bool FactorDiagonal(double[] matrix, int n, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            for (var j = first; j <= i; j++)
            {
                var sum = matrix[(i * n) + j];
                for (var k = first; k < j; k++)
                    sum -= matrix[(i * n) + k] * matrix[(j * n) + k];
                if (j < i)
                    matrix[(i * n) + j] = sum / matrix[(j * n) + j];
                else if (sum > 0 && double.IsFinite(sum))
                    matrix[(i * n) + i] = Math.Sqrt(sum);
                else
                    return false;
            }
        }

        return true;
    }

    private static void SolveRow(double[] matrix, int n, int row, int first, int end)
    {
        var own = matrix.AsSpan(row * n, n);
        for (var j = first; j < end; j++)
        {
            var other = matrix.AsSpan(j * n, n);
            var sum = own[j];
            for (var k = first; k < j; k++)
                sum -= own[k] * other[k];
            own[j] = sum / other[j];
        }
    }
}
