using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Lineup.Compression.Pruning.Numerics;

namespace Lineup.Compression.Pruning;

/// <summary>
/// Targets of a layer behind which a clamp stands, as far as they matter: where the clamp cuts the original's output off, anything that is
/// cut off too will do, so what a first fit gives there is left alone. Fitting to these targets never makes the error behind the
/// clamp larger (it minimises a bound of it that touches it at the first fit), so it may be repeated. (Zhang et al., "Accelerating Very Deep
/// Convolutional Networks for Classification and Detection", 2015, fit through ReLU to the same end.)
/// </summary>
internal sealed class ClampedTargets
{
    private const int Width = SampleBlock.PanelWidth;
    private const int Samples = 4;

    private readonly Activation _activation;
    private readonly int _inputs;
    private readonly int _panels;
    private readonly float[] _weights;
    private readonly float[] _bias;

    /// <param name="activation">The clamp.</param>
    /// <param name="fit">The layer as it is fitted so far.</param>
    /// <param name="inputs">Inputs of a row.</param>
    /// <param name="h">Cov(x), which other targets do not change.</param>
    public ClampedTargets(Activation activation, LayerFit fit, int inputs, double[] h)
    {
        (_activation, _inputs, H) = (activation, inputs, h);
        _panels = (fit.Bias.Length + Width - 1) / Width;
        _weights = new float[_panels * inputs * Width];
        _bias = new float[_panels * Width];
        fit.Bias.CopyTo(_bias, 0);
        for (var row = 0; row < fit.Bias.Length; row++)
        {
            for (var i = 0; i < inputs; i++)
                _weights[(((row / Width * inputs) + i) * Width) + (row % Width)] = fit.Weights[(row * inputs) + i];
        }
    }

    public double[] H { get; }

    /// <summary>Moves the targets in <paramref name="y"/> to the nearest to the first fit that pass the clamp as the same.</summary>
    public void Relax(SampleBlock x, SampleBlock y, ParallelOptions parallel)
    {
        Parallel.For(0, _panels, parallel, panel =>
        {
            var predicted = new float[Samples * Width];
            var targets = y.Panel(panel);
            for (var first = 0; first < x.Samples; first += Samples)
            {
                var count = Math.Min(Samples, x.Samples - first);
                if (count == Samples)
                    Predict(x, panel, first, predicted);
                else
                    PredictOneByOne(x, panel, first, count, predicted);
                for (var i = 0; i < count * Width; i++)
                {
                    ref var target = ref targets[(first * Width) + i];
                    target = Move(_activation, target, predicted[i]);
                }
            }
        });
    }

    /// <summary>What passes the clamp as the target does, and lies nearest to the prediction.</summary>
    public static float Move(Activation activation, float target, float predicted)
    {
        if (target <= activation.Low)
            return Math.Min(predicted, activation.Low);
        return target >= activation.High ? Math.Max(predicted, activation.High) : target;
    }

    private void Predict(SampleBlock x, int panel, int first, float[] predicted)
    {
        var (b0, b1) = (Vector512.LoadUnsafe(ref _bias[panel * Width]), Vector512.LoadUnsafe(ref _bias[(panel * Width) + 16]));
        Vector512<float> s00 = b0, s01 = b1, s10 = b0, s11 = b1, s20 = b0, s21 = b1, s30 = b0, s31 = b1;
        ref var weight = ref _weights[panel * _inputs * Width];
        for (var part = 0; part < x.Panels; part++)
        {
            ref var values = ref MemoryMarshal.GetReference(x.Panel(part)[(first * Width)..]);
            var count = Math.Min(Width, _inputs - (part * Width));
            for (var i = 0; i < count; i++)
            {
                var w0 = Vector512.LoadUnsafe(ref weight);
                var w1 = Vector512.LoadUnsafe(ref weight, 16);
                weight = ref Unsafe.Add(ref weight, Width);
                var x0 = Vector512.Create(Unsafe.Add(ref values, i));
                var x1 = Vector512.Create(Unsafe.Add(ref values, Width + i));
                var x2 = Vector512.Create(Unsafe.Add(ref values, (2 * Width) + i));
                var x3 = Vector512.Create(Unsafe.Add(ref values, (3 * Width) + i));
                s00 = Vector512.MultiplyAddEstimate(x0, w0, s00);
                s01 = Vector512.MultiplyAddEstimate(x0, w1, s01);
                s10 = Vector512.MultiplyAddEstimate(x1, w0, s10);
                s11 = Vector512.MultiplyAddEstimate(x1, w1, s11);
                s20 = Vector512.MultiplyAddEstimate(x2, w0, s20);
                s21 = Vector512.MultiplyAddEstimate(x2, w1, s21);
                s30 = Vector512.MultiplyAddEstimate(x3, w0, s30);
                s31 = Vector512.MultiplyAddEstimate(x3, w1, s31);
            }
        }

        s00.StoreUnsafe(ref predicted[0]);
        s01.StoreUnsafe(ref predicted[16]);
        s10.StoreUnsafe(ref predicted[Width]);
        s11.StoreUnsafe(ref predicted[Width + 16]);
        s20.StoreUnsafe(ref predicted[2 * Width]);
        s21.StoreUnsafe(ref predicted[(2 * Width) + 16]);
        s30.StoreUnsafe(ref predicted[3 * Width]);
        s31.StoreUnsafe(ref predicted[(3 * Width) + 16]);
    }

    private void PredictOneByOne(SampleBlock x, int panel, int first, int count, float[] predicted)
    {
        for (var s = 0; s < count; s++)
        {
            for (var lane = 0; lane < Width; lane++)
            {
                var sum = _bias[(panel * Width) + lane];
                for (var i = 0; i < _inputs; i++)
                    sum += x[first + s, i] * _weights[(((panel * _inputs) + i) * Width) + lane];
                predicted[(s * Width) + lane] = sum;
            }
        }
    }
}
