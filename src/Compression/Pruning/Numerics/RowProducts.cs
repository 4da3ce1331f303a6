using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lineup.Compression.Pruning.Numerics;

/// <summary>
/// Products of every row of one matrix with every row of another, in blocks that a core's cache holds. Each is summed by one thread, in
/// one order.
/// </summary>
internal static class RowProducts
{
    /// <summary>Rows of a block.</summary>
    private const int Block = 64;

    /// <summary>Elements of a dot product that are summed before the next pair of rows takes its turn.</summary>
    private const int Run = 512;

    /// <summary>A B^T, for row-major A and B of so many columns.</summary>
    public static double[] Of(double[] a, double[] b, int columns, ParallelOptions parallel)
    {
        var (rowsA, rowsB) = (a.Length / columns, b.Length / columns);
        var products = new double[rowsA * rowsB];
        Parallel.For(0, (rowsA + Block - 1) / Block, parallel, block =>
        {
            var own = new Rows(a, columns, block * Block, Math.Min(rowsA, (block + 1) * Block));
            for (var left = 0; left < rowsB; left += Block)
                Add(products, rowsB, left, own, new(b, columns, left, Math.Min(rowsB, left + Block)), 0, columns, 1);
        });
        return products;
    }

    /// <summary>target[i, left + j] += sign times the sum over k in from..to of a[i, k] b[j, k], j counted from b's first row on.</summary>
    public static void Add(double[] target, int pitch, int left, Rows a, Rows b, int from, int to, double sign)
    {
        for (var start = from; start < to; start += Run)
        {
            var count = Math.Min(Run, to - start);
            for (var i = a.First; i < a.End; i += 2)
            {
                // An odd last row is paired with itself.
                var second = Math.Min(i + 1, a.End - 1);
                ref var a0 = ref a.Values[(i * a.Pitch) + start];
                ref var a1 = ref a.Values[(second * a.Pitch) + start];
                for (var j = b.First; j < b.End; j += 2)
                {
                    var next = Math.Min(j + 1, b.End - 1);
                    var (s00, s01, s10, s11) = Dot4(
                        ref a0, ref a1, ref b.Values[(j * b.Pitch) + start], ref b.Values[(next * b.Pitch) + start], count);
                    var place = (i * pitch) + left + (j - b.First);
                    target[place] += sign * s00;
                    if (next > j)
                        target[place + 1] += sign * s01;
                    if (second > i)
                        target[place + pitch] += sign * s10;
                    if (next > j && second > i)
                        target[place + pitch + 1] += sign * s11;
                }
            }
        }
    }

    private static (double S00, double S01, double S10, double S11) Dot4(ref double a0, ref double a1, ref double b0, ref double b1, int count)
    {
        Vector512<double> v00 = default, v01 = default, v10 = default, v11 = default;
        var k = 0;
        for (; k + 8 <= count; k += 8)
        {
            var (x0, x1) = (Vector512.LoadUnsafe(ref a0, (nuint)k), Vector512.LoadUnsafe(ref a1, (nuint)k));
            var (y0, y1) = (Vector512.LoadUnsafe(ref b0, (nuint)k), Vector512.LoadUnsafe(ref b1, (nuint)k));
            v00 = Vector512.MultiplyAddEstimate(x0, y0, v00);
            v01 = Vector512.MultiplyAddEstimate(x0, y1, v01);
            v10 = Vector512.MultiplyAddEstimate(x1, y0, v10);
            v11 = Vector512.MultiplyAddEstimate(x1, y1, v11);
        }

        var (s00, s01, s10, s11) = (Vector512.Sum(v00), Vector512.Sum(v01), Vector512.Sum(v10), Vector512.Sum(v11));
        for (; k < count; k++)
        {
            var (x0, x1, y0, y1) = (Unsafe.Add(ref a0, k), Unsafe.Add(ref a1, k), Unsafe.Add(ref b0, k), Unsafe.Add(ref b1, k));
            s00 += x0 * y0;
            s01 += x0 * y1;
            s10 += x1 * y0;
            s11 += x1 * y1;
        }

        return (s00, s01, s10, s11);
    }
}

/// <summary>Some rows of a row-major matrix.</summary>
/// <param name="Values">The whole matrix.</param>
/// <param name="Pitch">Elements from one row to the next.</param>
/// <param name="First">The first row.</param>
/// <param name="End">The row behind the last.</param>
internal readonly record struct Rows(double[] Values, int Pitch, int First, int End);
