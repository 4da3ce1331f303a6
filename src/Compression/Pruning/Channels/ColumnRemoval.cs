using System.Numerics.Tensors;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning.Channels;

/// <summary>
/// Optimal brain compression of a layer by input channels: all rows lose the same inputs, and the others are fitted anew after each
/// removal, exactly. The loss of a channel of several taps is taken as the sum over its taps.
/// </summary>
internal sealed class ColumnRemoval
{
    private readonly int _n;
    private readonly int _rows;
    private readonly int _taps;
    private readonly double[] _inverse;
    private readonly double[] _weights;
    private readonly double[] _worth;

    /// <param name="equations">Of the layer.</param>
    /// <param name="rows">Its outputs.</param>
    /// <param name="taps">Inputs a channel.</param>
    /// <param name="worth">What an error of each row counts.</param>
    /// <param name="parallel">Threads.</param>
    public ColumnRemoval(NormalEquations equations, int rows, int taps, double[] worth, ParallelOptions parallel)
    {
        (_n, _rows, _taps, _worth) = (equations.Inputs, rows, taps, worth);
        _inverse = equations.Inverse(parallel);
        _weights = new double[rows * _n];
        Parallel.For(0, rows, parallel, row => equations.Solve(row, _inverse, _weights.AsSpan(row * _n, _n)));
    }

    /// <summary>Weights as fitted after the removals so far, rows x inputs.</summary>
    public float[] Weights => Array.ConvertAll(_weights, value => (float)value);

    /// <summary>What the removal of each channel would add to the squared error, times the rows' worth, is added to the sums.</summary>
    public void AddLosses(Span<double> losses, int offset)
    {
        for (var row = 0; row < _rows; row++)
        {
            var weights = _weights.AsSpan(row * _n, _n);
            for (var channel = 0; channel < losses.Length; channel++)
            {
                for (var tap = 0; tap < _taps; tap++)
                {
                    var i = ((offset + channel) * _taps) + tap;
                    losses[channel] += _worth[row] * weights[i] * weights[i] / _inverse[(i * _n) + i];
                }
            }
        }
    }

    public void Remove(int channel)
    {
        for (var tap = 0; tap < _taps; tap++)
            RemoveInput((channel * _taps) + tap);
    }

    private void RemoveInput(int p)
    {
        var column = _inverse.AsSpan(p * _n, _n).ToArray();
        var pivot = column[p];
        for (var row = 0; row < _rows; row++)
        {
            var weights = _weights.AsSpan(row * _n, _n);
            TensorPrimitives.MultiplyAdd(column, -weights[p] / pivot, weights, weights);
            weights[p] = 0;
        }

        for (var i = 0; i < _n; i++)
        {
            if (column[i] == 0 || i == p)
                continue;
            var own = _inverse.AsSpan(i * _n, _n);
            var diagonal = own[i];
            TensorPrimitives.MultiplyAdd(column, -column[i] / pivot, own, own);
            own[p] = 0;
            own[i] = Math.Max(own[i], 1e-12 * diagonal);
        }

        // Of what is removed nothing is left but a diagonal that divides zero.
        _inverse.AsSpan(p * _n, _n).Clear();
        _inverse[(p * _n) + p] = 1;
    }
}
