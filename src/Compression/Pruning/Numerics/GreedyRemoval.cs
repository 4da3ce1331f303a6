using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lineup.Compression.Pruning.Numerics;

/// <summary>
/// Optimal brain compression of one row (Frantar and Alistarh, "Optimal Brain Compression", 2022): from the least squares solution w of
/// A w = r, removes one weight after the other, each time the one whose loss grows least when all others are fitted anew, which is
/// w_p^2 / C_pp with C the inverse of A over what remains. Holds scratch memory: one thread at a time.
/// </summary>
/// <remarks>
/// Instead of downdating C (n^2 a removal), it keeps the columns that the removals take off: C after k removals is C - V V^T with V of k
/// columns, a Cholesky factorisation of C in order of removal. A removal then costs n k, and reads memory that is never written
/// again. With <c>batch</c> above 1 so many removals are chosen at a time, by losses as they were before the first of them, and
/// computed exactly; that is several times faster.
/// </remarks>
internal sealed class GreedyRemoval
{
    /// <summary>Elements in a tile, in which V is stored: all k columns of a tile lie together.</summary>
    private const int Tile = 16;

    private const int MaxBatch = 4;

    private readonly int _n;
    private readonly int _tiles;
    private readonly int _capacity;
    private readonly double[] _columns;
    private readonly double[] _diagonal;
    private readonly double[] _coefficients;
    private readonly double[] _fresh;
    private readonly bool[] _removed;

    /// <param name="n">Weights in a row.</param>
    /// <param name="removals">The most that will be removed.</param>
    public GreedyRemoval(int n, int removals)
    {
        (_n, _tiles, _capacity) = (n, (n + Tile - 1) / Tile, removals);
        _columns = new double[_tiles * Tile * removals];
        _diagonal = new double[n];
        _coefficients = new double[MaxBatch * removals];
        _fresh = new double[MaxBatch * _tiles * Tile];
        _removed = new bool[n];
    }

    /// <summary>Removes weights until <paramref name="order"/> is full, or the next loss would reach <paramref name="limit"/>.</summary>
    /// <param name="inverse">A^-1, n x n.</param>
    /// <param name="weights">The least squares solution; on return what remains of it, refitted, with zeros where removed.</param>
    /// <param name="order">Takes the indices in order of removal.</param>
    /// <param name="losses">Takes what each removal added to the row's squared error.</param>
    /// <param name="batch">Removals chosen at a time, 1 to 4; 1 is exact.</param>
    /// <param name="limit">Loss at which to stop.</param>
    /// <returns>Number removed.</returns>
    public int Run(
        ReadOnlySpan<double> inverse, Span<double> weights, Span<int> order, Span<double> losses, int batch = 1,
        double limit = double.PositiveInfinity)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order.Length, _capacity, nameof(order));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, MaxBatch);
        for (var i = 0; i < _n; i++)
            _diagonal[i] = inverse[(i * _n) + i];
        _removed.AsSpan().Clear();

        Span<int> pivots = stackalloc int[MaxBatch];
        var done = 0;
        while (done < order.Length)
        {
            var chosen = Choose(weights, pivots[..Math.Min(batch, order.Length - done)]);
            Columns(inverse, pivots[..chosen], done);
            for (var j = 0; j < chosen; j++)
            {
                var loss = Remove(weights, pivots, j, done);
                if (loss >= limit)
                    return done;
                order[done] = pivots[j];
                losses[done] = loss;
                Commit(weights, pivots[j], j, done++);
            }
        }

        return done;
    }

    /// <summary>The remaining weights with the least loss, best first.</summary>
    private int Choose(ReadOnlySpan<double> weights, Span<int> best)
    {
        Span<double> scores = stackalloc double[MaxBatch];
        var found = 0;
        for (var i = 0; i < _n; i++)
        {
            if (_removed[i])
                continue;
            var score = weights[i] * weights[i] / _diagonal[i];
            if (found == best.Length && !(score < scores[found - 1]))
                continue;
            var place = found < best.Length ? found++ : found - 1;
            for (; place > 0 && score < scores[place - 1]; place--)
                (scores[place], best[place]) = (scores[place - 1], best[place - 1]);
            (scores[place], best[place]) = (score, i);
        }

        return found;
    }

    /// <summary>Columns of the present C for the chosen, before any of these is removed.</summary>
    private void Columns(ReadOnlySpan<double> inverse, ReadOnlySpan<int> pivots, int done)
    {
        for (var j = 0; j < pivots.Length; j++)
        {
            var (tile, lane) = Math.DivRem(pivots[j], Tile);
            for (var k = 0; k < done; k++)
                _coefficients[(k * MaxBatch) + j] = -_columns[(((tile * _capacity) + k) * Tile) + lane];
        }

        if (pivots.Length == MaxBatch)
            Products4(done);
        else
            Products1(pivots.Length, done);

        for (var j = 0; j < pivots.Length; j++)
        {
            var column = inverse.Slice(pivots[j] * _n, _n);
            var fresh = _fresh.AsSpan(j * _tiles * Tile, _n);
            System.Numerics.Tensors.TensorPrimitives.Add(fresh, column, fresh);
        }
    }

    private void Products4(int done)
    {
        ref var coefficients = ref MemoryMarshal.GetArrayDataReference(_coefficients);
        ref var fresh = ref MemoryMarshal.GetArrayDataReference(_fresh);
        var pitch = (nuint)(_tiles * Tile);
        for (var tile = 0; tile < _tiles; tile++)
        {
            ref var column = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_columns), tile * _capacity * Tile);
            Vector512<double> s00 = default, s01 = default, s10 = default, s11 = default;
            Vector512<double> s20 = default, s21 = default, s30 = default, s31 = default;
            for (var k = 0; k < done; k++)
            {
                var low = Vector512.LoadUnsafe(ref column, (nuint)(k * Tile));
                var high = Vector512.LoadUnsafe(ref column, (nuint)((k * Tile) + 8));
                ref var row = ref Unsafe.Add(ref coefficients, k * MaxBatch);
                var c0 = Vector512.Create(row);
                var c1 = Vector512.Create(Unsafe.Add(ref row, 1));
                s00 = Vector512.MultiplyAddEstimate(c0, low, s00);
                s01 = Vector512.MultiplyAddEstimate(c0, high, s01);
                s10 = Vector512.MultiplyAddEstimate(c1, low, s10);
                s11 = Vector512.MultiplyAddEstimate(c1, high, s11);
                var c2 = Vector512.Create(Unsafe.Add(ref row, 2));
                var c3 = Vector512.Create(Unsafe.Add(ref row, 3));
                s20 = Vector512.MultiplyAddEstimate(c2, low, s20);
                s21 = Vector512.MultiplyAddEstimate(c2, high, s21);
                s30 = Vector512.MultiplyAddEstimate(c3, low, s30);
                s31 = Vector512.MultiplyAddEstimate(c3, high, s31);
            }

            var at = (nuint)(tile * Tile);
            s00.StoreUnsafe(ref fresh, at);
            s01.StoreUnsafe(ref fresh, at + 8);
            s10.StoreUnsafe(ref fresh, pitch + at);
            s11.StoreUnsafe(ref fresh, pitch + at + 8);
            s20.StoreUnsafe(ref fresh, (2 * pitch) + at);
            s21.StoreUnsafe(ref fresh, (2 * pitch) + at + 8);
            s30.StoreUnsafe(ref fresh, (3 * pitch) + at);
            s31.StoreUnsafe(ref fresh, (3 * pitch) + at + 8);
        }
    }

    private void Products1(int count, int done)
    {
        ref var fresh = ref MemoryMarshal.GetArrayDataReference(_fresh);
        for (var j = 0; j < count; j++)
        {
            for (var tile = 0; tile < _tiles; tile++)
            {
                ref var column = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_columns), tile * _capacity * Tile);
                Vector512<double> low = default, high = default;
                for (var k = 0; k < done; k++)
                {
                    var coefficient = Vector512.Create(_coefficients[(k * MaxBatch) + j]);
                    low = Vector512.MultiplyAddEstimate(coefficient, Vector512.LoadUnsafe(ref column, (nuint)(k * Tile)), low);
                    high = Vector512.MultiplyAddEstimate(coefficient, Vector512.LoadUnsafe(ref column, (nuint)((k * Tile) + 8)), high);
                }

                var at = (nuint)(((j * _tiles) + tile) * Tile);
                low.StoreUnsafe(ref fresh, at);
                high.StoreUnsafe(ref fresh, at + 8);
            }
        }
    }

    /// <summary>Finishes column j of the batch (those before it in the batch are committed) and returns the loss of its removal.</summary>
    private double Remove(ReadOnlySpan<double> weights, ReadOnlySpan<int> pivots, int j, int done)
    {
        var fresh = _fresh.AsSpan(j * _tiles * Tile, _n);
        for (var earlier = 0; earlier < j; earlier++)
        {
            // The committed column stands in place of the fresh one.
            var other = _fresh.AsSpan(earlier * _tiles * Tile, _n);
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(other, -other[pivots[j]], fresh, fresh);
        }

        var pivot = pivots[j];
        // Rounding may eat up a pivot that is next to nothing: such a weight is determined by the others and costs nothing.
        var remaining = Math.Max(fresh[pivot], 1e-12 * Math.Max(_diagonal[pivot], double.Epsilon));
        var loss = weights[pivot] * weights[pivot] / remaining;
        System.Numerics.Tensors.TensorPrimitives.Multiply(fresh, 1 / Math.Sqrt(remaining), fresh);
        return loss;
    }

    private void Commit(Span<double> weights, int pivot, int j, int done)
    {
        var fresh = _fresh.AsSpan(j * _tiles * Tile, _n);
        var step = weights[pivot] / fresh[pivot];
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(fresh, -step, weights, weights);
        for (var i = 0; i < _n; i++)
        {
            var rest = _diagonal[i] - (fresh[i] * fresh[i]);
            _diagonal[i] = Math.Max(rest, 1e-12 * _diagonal[i]);
        }

        _removed[pivot] = true;
        for (var i = 0; i < _n; i++)
        {
            if (_removed[i])
                weights[i] = 0;
        }

        for (var tile = 0; tile < _tiles; tile++)
        {
            var part = fresh[(tile * Tile)..Math.Min(_n, (tile + 1) * Tile)];
            part.CopyTo(_columns.AsSpan(((tile * _capacity) + done) * Tile, Tile));
        }
    }
}
