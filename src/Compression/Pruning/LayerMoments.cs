using System.Numerics.Tensors;
using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>Where a layer's samples lie among the values that a run over the views delivers.</summary>
/// <param name="Input">The layer's input.</param>
/// <param name="Target">What its output should be.</param>
/// <param name="Less">What is to be taken off the target first; negative for nothing.</param>
/// <param name="Rows">Which of the target's channels are the layer's rows; null where all are, in order.</param>
internal readonly record struct SamplePlaces(int Input, int Target, int Less = -1, int[]? Rows = null);

/// <summary>Collects a layer's statistics, a block of views at a time.</summary>
internal abstract class LayerMoments(PrunableLayer layer, SamplePlaces places)
{
    private SampleGatherer? _gatherer;

    public PrunableLayer Layer => layer;

    protected SamplePlaces Places => places;

    protected SampleGatherer Gatherer => _gatherer!;

    public static LayerMoments For(PrunableLayer layer, SamplePlaces places, Activation? activation = null) =>
        layer.Kind == LayerKind.Depthwise ? new DepthwiseMoments(layer, places) : new DenseMoments(layer, places, activation);

    /// <summary>Takes the shapes of what will come.</summary>
    public void Fit(TensorData[] values) => _gatherer = new(layer, values[places.Input].Dims, values[places.Target].Dims);

    /// <summary>Makes room for a block of so many views.</summary>
    public void Begin(int views) => Resize(views);

    /// <summary>Takes one view's values; the views of a block may come from several threads, each with a slot of its own.</summary>
    public void Gather(int slot, int view, TensorData[] values)
    {
        Span<int> positions = stackalloc int[Gatherer.Positions];
        Gatherer.Choose(view, positions);
        Gather(slot, positions, values);
    }

    /// <summary>Adds the block's views in the order of their slots.</summary>
    public abstract void Add(ParallelOptions parallel);

    protected abstract void Resize(int views);

    protected abstract void Gather(int slot, ReadOnlySpan<int> positions, TensorData[] values);
}

/// <summary>Of a layer in which every output sees every input.</summary>
internal sealed class DenseMoments(PrunableLayer layer, SamplePlaces places, Activation? activation, ClampedTargets? targets = null)
    : LayerMoments(layer, places)
{
    private readonly SampleBlock _x = new(layer.Inputs);
    private readonly SampleBlock _y = new(layer.Rows);
    private readonly MomentAccumulator _moments = new(layer.Inputs, layer.Rows, targets?.H);
    private readonly ActivationMoments? _activated = activation is null ? null : new(activation, layer.Rows);
    private Moments? _finished;

    /// <summary>The moments of all that was added; nothing can be added any more.</summary>
    public Moments Finish() => _finished ??= _moments.Finish();

    /// <summary>Memory this takes while it collects, at most: sums, and samples of a block of views.</summary>
    public static long MostBytes(PrunableLayer layer) => MomentAccumulator.Bytes(layer.Inputs, layer.Rows)
        + ((long)MomentCollector.BlockViews * SampleGatherer.MaxPositions * (layer.Inputs + layer.Rows) * sizeof(float));

    /// <summary>What the activation behind the layer makes of the target; null where there is none.</summary>
    public ActivationMoments? Activated => _activated;

    public override void Add(ParallelOptions parallel)
    {
        _activated?.Add(_y);
        targets?.Relax(_x, _y, parallel);
        _moments.Add(_x, _y, parallel);
    }

    protected override void Resize(int views)
    {
        _x.Resize(views * Gatherer.Positions);
        _y.Resize(views * Gatherer.Positions);
    }

    protected override void Gather(int slot, ReadOnlySpan<int> positions, TensorData[] values)
    {
        Gatherer.GatherInputs(values[Places.Input], positions, _x, slot * positions.Length);
        var less = Places.Less < 0 ? null : values[Places.Less];
        Gatherer.GatherOutputs(values[Places.Target], Places.Rows, less, positions, _y, slot * positions.Length);
    }
}

/// <summary>Of a depthwise convolution: a small system for each channel.</summary>
internal sealed class DepthwiseMoments : LayerMoments
{
    private readonly int _taps;
    private readonly ChannelSums[] _channels;
    private readonly (Activation Activation, LayerFit Fit)? _clamped;
    private float[] _x = [];
    private float[] _y = [];
    private int _views;

    /// <param name="layer">The layer.</param>
    /// <param name="places">Where its samples are.</param>
    /// <param name="clamped">The clamp behind it and its fit so far, to move targets as <see cref="ClampedTargets"/> does; null to leave them.</param>
    public DepthwiseMoments(PrunableLayer layer, SamplePlaces places, (Activation Activation, LayerFit Fit)? clamped = null)
        : base(layer, places)
    {
        (_taps, _clamped) = (layer.Taps, clamped);
        _channels = [.. Enumerable.Range(0, layer.Rows).Select(_ => new ChannelSums(_taps))];
    }

    public override void Add(ParallelOptions parallel) => Parallel.For(0, _channels.Length, parallel, channel =>
    {
        var positions = Gatherer.Positions;
        for (var slot = 0; slot < _views; slot++)
        {
            var at = (slot * _channels.Length) + channel;
            var x = _x.AsSpan(at * _taps * positions, _taps * positions);
            var y = _y.AsSpan(at * positions, positions);
            if (_clamped is { } clamped)
                Relax(clamped.Activation, clamped.Fit, channel, x, y);
            _channels[channel].Add(x, y);
        }
    });

    private void Relax(Activation activation, LayerFit fit, int channel, ReadOnlySpan<float> x, Span<float> y)
    {
        for (var s = 0; s < y.Length; s++)
        {
            var predicted = fit.Bias[channel];
            for (var tap = 0; tap < _taps; tap++)
                predicted += fit.Weights[(channel * _taps) + tap] * x[(tap * y.Length) + s];
            y[s] = ClampedTargets.Move(activation, y[s], predicted);
        }
    }

    /// <summary>The moments of one channel: taps to one target.</summary>
    public Moments Finish(int channel) => _channels[channel].Finish();

    protected override void Resize(int views)
    {
        _views = views;
        var length = views * _channels.Length * Gatherer.Positions;
        if (_y.Length < length)
            (_x, _y) = (new float[length * _taps], new float[length]);
    }

    protected override void Gather(int slot, ReadOnlySpan<int> positions, TensorData[] values)
    {
        var target = values[Places.Target].AsSpan<float>();
        var plane = Gatherer.OutputPlane;
        for (var channel = 0; channel < _channels.Length; channel++)
        {
            var at = (slot * _channels.Length) + channel;
            Gatherer.GatherTaps(
                values[Places.Input], channel, positions, _x.AsSpan(at * _taps * positions.Length, _taps * positions.Length));
            var y = _y.AsSpan(at * positions.Length, positions.Length);
            for (var s = 0; s < y.Length; s++)
                y[s] = target[((Places.Rows?[channel] ?? channel) * plane) + positions[s]];
        }
    }

    private sealed class ChannelSums(int taps)
    {
        private readonly double[] _h = new double[taps * taps];
        private readonly double[] _b = new double[taps];
        private readonly double[] _sumX = new double[taps];
        private double _sumY;
        private double _squaresY;
        private long _samples;

        public void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
        {
            var n = y.Length;
            for (var i = 0; i < taps; i++)
            {
                var tap = x.Slice(i * n, n);
                for (var j = 0; j <= i; j++)
                    _h[(i * taps) + j] += TensorPrimitives.Dot(tap, x.Slice(j * n, n));
                _b[i] += TensorPrimitives.Dot(tap, y);
                _sumX[i] += TensorPrimitives.Sum(tap);
            }

            _sumY += TensorPrimitives.Sum(y);
            _squaresY += TensorPrimitives.SumOfSquares(y);
            _samples += n;
        }

        public Moments Finish()
        {
            var count = (double)_samples;
            var h = new double[taps * taps];
            for (var i = 0; i < taps; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    h[(i * taps) + j] = (_h[(i * taps) + j] / count) - (_sumX[i] / count * (_sumX[j] / count));
                    h[(j * taps) + i] = h[(i * taps) + j];
                }

                h[(i * taps) + i] = Math.Max(0, h[(i * taps) + i]);
            }

            return new()
            {
                Inputs = taps,
                Targets = 1,
                Samples = _samples,
                MeanX = [.. _sumX.Select(sum => sum / count)],
                MeanY = [_sumY / count],
                VarianceY = [Math.Max(0, (_squaresY / count) - (_sumY / count * (_sumY / count)))],
                H = h,
                B = [.. _b.Select((sum, i) => (sum / count) - (_sumX[i] / count * (_sumY / count)))],
            };
        }
    }
}
