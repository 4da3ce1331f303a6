using System.Numerics.Tensors;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning.Channels;

/// <summary>
/// Optimal brain compression of a layer by input channels: all rows lose the same inputs, and the others are fitted anew after each
/// removal, exactly. With S the inputs of a channel and C the inverse of the layer's matrix over what remains, a row w loses
/// w_S (C_SS)^-1 w_S (Frantar and Alistarh, "Optimal Brain Compression", 2022, eq. 5).
/// </summary>
internal sealed class ColumnRemoval
{
    private readonly int _n;
    private readonly int _rows;
    private readonly int _taps;
    private readonly double[] _inverse;
    private readonly double[] _weights;
    private readonly double[] _worth;
    private readonly bool[] _removed;
    private readonly ParallelOptions _parallel;

    /// <param name="equations">Of the layer.</param>
    /// <param name="rows">Its outputs.</param>
    /// <param name="taps">Inputs a channel.</param>
    /// <param name="worth">What an error of each row counts.</param>
    /// <param name="parallel">Threads.</param>
    public ColumnRemoval(NormalEquations equations, int rows, int taps, double[] worth, ParallelOptions parallel)
    {
        (_n, _rows, _taps, _worth, _parallel) = (equations.Inputs, rows, taps, worth, parallel);
        _inverse = equations.Inverse(parallel);
        _weights = equations.Solve(_inverse, parallel);
        _removed = new bool[_n / taps];
    }

    /// <summary>Weights as fitted after the removals so far, rows x inputs.</summary>
    public float[] Weights => Array.ConvertAll(_weights, value => (float)value);

    /// <summary>What the removal of each channel would add to the squared error, times the rows' worth, is added to the sums.</summary>
    public void AddLosses(double[] losses, int offset) => Parallel.For(0, losses.Length, _parallel, channel =>
    {
        var first = (offset + channel) * _taps;
        if (_removed[offset + channel])
            return;
        if (_taps == 1)
        {
            double sum = 0;
            for (var row = 0; row < _rows; row++)
                sum += _worth[row] * _weights[(row * _n) + first] * _weights[(row * _n) + first];
            losses[channel] += sum / _inverse[(first * _n) + first];
            return;
        }

        var factor = FactorOf(first);
        var part = new double[_taps];
        for (var row = 0; row < _rows; row++)
        {
            var weights = _weights.AsSpan((row * _n) + first, _taps);
            weights.CopyTo(part);
            Cholesky.Solve(factor, _taps, part);
            losses[channel] += _worth[row] * TensorPrimitives.Dot<double>(part, weights);
        }
    });

    public void Remove(int channel)
    {
        var first = channel * _taps;
        var factor = FactorOf(first);

        // The channel's columns of C as rows, times the inverse of the factor of C_SS: C then loses the products of these.
        var columns = new double[_taps * _n];
        for (var tap = 0; tap < _taps; tap++)
        {
            var column = columns.AsSpan(tap * _n, _n);
            _inverse.AsSpan((first + tap) * _n, _n).CopyTo(column);
            for (var earlier = 0; earlier < tap; earlier++)
                TensorPrimitives.MultiplyAdd(columns.AsSpan(earlier * _n, _n), -factor[(tap * _taps) + earlier], column, column);
            TensorPrimitives.Multiply(column, 1 / factor[(tap * _taps) + tap], column);
        }

        Parallel.For(0, _rows, _parallel, row =>
        {
            var weights = _weights.AsSpan(row * _n, _n);
            for (var tap = 0; tap < _taps; tap++)
            {
                var column = columns.AsSpan(tap * _n, _n);
                TensorPrimitives.MultiplyAdd(column, -weights[first + tap] / column[first + tap], weights, weights);
            }

            weights.Slice(first, _taps).Clear();
        });

        Parallel.For(0, _n, _parallel, i =>
        {
            if (_removed[i / _taps])
                return;
            var own = _inverse.AsSpan(i * _n, _n);
            var diagonal = own[i];
            for (var tap = 0; tap < _taps; tap++)
            {
                var column = columns.AsSpan(tap * _n, _n);
                if (column[i] != 0)
                    TensorPrimitives.MultiplyAdd(column, -column[i], own, own);
            }

            own.Slice(first, _taps).Clear();
            own[i] = Math.Max(own[i], 1e-12 * diagonal);
        });
        _removed[channel] = true;
    }

    /// <summary>The Cholesky factor of C over a channel's inputs.</summary>
    private double[] FactorOf(int first)
    {
        for (var raise = 0d; ; raise = raise == 0 ? 1e-9 : raise * 10)
        {
            var factor = new double[_taps * _taps];
            for (var i = 0; i < _taps; i++)
            {
                for (var j = 0; j < _taps; j++)
                    factor[(i * _taps) + j] = _inverse[((first + i) * _n) + first + j];
                factor[(i * _taps) + i] *= 1 + raise;
            }

            if (Cholesky.TryFactor(factor, _taps))
                return factor;
        }
    }
}
