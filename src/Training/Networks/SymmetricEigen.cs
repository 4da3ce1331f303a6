namespace Lineup.Training.Networks;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's rotations (Golub and Van Loan, "Matrix Computations", 8.5).</summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <summary>Eigenvalues from the largest to the smallest, and the eigenvectors, of length one, as rows in the same order.</summary>
    /// <param name="matrix">Row-major, <paramref name="size"/> x <paramref name="size"/>; left as it is.</param>
    /// <param name="size">Rows of it.</param>
    public static (double[] Values, double[] Vectors) Decompose(double[] matrix, int size)
    {
        var work = (double[])matrix.Clone();
        var vectors = new double[size * size];
        for (var i = 0; i < size; i++)
            vectors[(i * size) + i] = 1;

        for (var sweep = 0; sweep < MostSweeps && OffDiagonal(work, size) > 0; sweep++)
        {
            for (var p = 0; p < size - 1; p++)
            {
                for (var q = p + 1; q < size; q++)
                    Rotate(work, vectors, size, p, q);
            }
        }

        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => work[(i * size) + i])];
        return (
            [.. order.Select(i => work[(i * size) + i])],
            [.. order.SelectMany(i => vectors[(i * size)..((i + 1) * size)])]);
    }

    /// <summary>Greatest element off the diagonal, or 0 where it no longer counts against the greatest on it.</summary>
    private static double OffDiagonal(double[] matrix, int size)
    {
        var (off, on) = (0d, 0d);
        for (var i = 0; i < matrix.Length; i++)
        {
            if (i / size == i % size)
                on = Math.Max(on, Math.Abs(matrix[i]));
            else
                off = Math.Max(off, Math.Abs(matrix[i]));
        }

        return off > 1e-14 * on ? off : 0;
    }

    /// <summary>Turns rows and columns p and q so that their common element becomes zero. Rows of the vectors turn along.</summary>
    private static void Rotate(double[] matrix, double[] vectors, int size, int p, int q)
    {
        var common = matrix[(p * size) + q];
        if (common == 0)
            return;
        var ratio = (matrix[(q * size) + q] - matrix[(p * size) + p]) / (2 * common);
        var tangent = (ratio >= 0 ? 1 : -1) / (Math.Abs(ratio) + Math.Sqrt((ratio * ratio) + 1));
        var cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        var sine = tangent * cosine;
        for (var k = 0; k < size; k++)
            Turn(ref matrix[(k * size) + p], ref matrix[(k * size) + q]);
        for (var k = 0; k < size; k++)
        {
            Turn(ref matrix[(p * size) + k], ref matrix[(q * size) + k]);
            Turn(ref vectors[(p * size) + k], ref vectors[(q * size) + k]);
        }

        void Turn(ref double first, ref double second) =>
            (first, second) = ((cosine * first) - (sine * second), (sine * first) + (cosine * second));
    }
}
