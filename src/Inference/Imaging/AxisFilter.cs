using Lineup.ModelRepository.Manifests;

namespace Lineup.Inference.Imaging;

/// <summary>
/// The taps of a separable resampling filter along one stored axis: output i is the sum over t in [0, Count) of
/// <c>weight(i, t) * input[Starts[i] + t]</c>. Outputs are in stored order, so the starts never decrease, also where they are shown in
/// reverse. Reused between pictures: <see cref="Prepare"/> overwrites it.
/// </summary>
/// <remarks>
/// Coefficients as in PIL's resize (Pillow, src/libImaging/Resample.c): the kernel is stretched by the scale when shrinking and its
/// weights are normalised to 1. Weights are stored four times over, one for each of R, G, B and A, and every output has the same even
/// number of taps (zeros at the end), so that the inner loop takes two pixels at a step.
/// </remarks>
internal sealed class AxisFilter
{
    private int[] _starts = [];
    private float[] _weights = [];
    private double[] _kernel = [];

    /// <summary>Number of outputs.</summary>
    public int Length { get; private set; }

    /// <summary>Taps an output, always even.</summary>
    public int Taps { get; private set; }

    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Length);

    /// <summary>Length x Taps x 4 weights.</summary>
    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, Length * Taps * 4);

    /// <param name="stored">Pixels along the axis as decoded.</param>
    /// <param name="extent">The same before rounding, where the decoder scaled down; otherwise equal to <paramref name="stored"/>.</param>
    /// <param name="scaled">Pixels along the axis after scaling.</param>
    /// <param name="first">First scaled pixel that is kept, in shown order.</param>
    /// <param name="length">Scaled pixels kept.</param>
    /// <param name="interpolation">The kernel.</param>
    /// <param name="flipped">Whether the stored axis runs against the shown one.</param>
    public void Prepare(int stored, double extent, int scaled, int first, int length, Interpolation interpolation, bool flipped)
    {
        var scale = extent / scaled;
        var stretch = Math.Max(scale, 1);
        var support = Support(interpolation) * stretch;
        var taps = 0;
        for (var output = 0; output < length; output++)
            taps = Math.Max(taps, Window(output).Count);
        taps = (taps + 1) & ~1;

        (Length, Taps) = (length, taps);
        if (_starts.Length < length)
            _starts = new int[length];
        if (_weights.Length < length * taps * 4)
            _weights = new float[length * taps * 4];
        if (_kernel.Length < taps)
            _kernel = new double[taps];
        _weights.AsSpan(0, length * taps * 4).Clear();

        for (var output = 0; output < length; output++)
        {
            var (centre, start, count) = Window(output);
            Evaluate(interpolation, start - centre + 0.5, stretch, count);

            _starts[output] = start;
            var weights = _weights.AsSpan(output * taps * 4, count * 4);
            for (var t = 0; t < count; t++)
                weights.Slice(t * 4, 4).Fill((float)_kernel[t]);
        }

        (double Centre, int Start, int Count) Window(int output)
        {
            // Mirrored at the picture's true edge, which lies within the last pixel where the decoder rounded its size up.
            var shown = (first + (flipped ? length - 1 - output : output) + 0.5) * scale;
            var centre = flipped ? extent - shown : shown;
            if (interpolation == Interpolation.Nearest)
                return (centre, Math.Clamp(flipped ? (int)Math.Ceiling(centre) - 1 : (int)centre, 0, stored - 1), 1);
            var start = Math.Clamp((int)(centre - support + 0.5), 0, stored - 1);
            return (centre, start, Math.Clamp((int)(centre + support + 0.5), start + 1, stored) - start);
        }
    }

    private void Evaluate(Interpolation interpolation, double offset, double stretch, int count)
    {
        // One tap needs no kernel: nearest, and edges where the window holds a single pixel.
        if (count == 1)
        {
            _kernel[0] = 1;
            return;
        }

        double sum = 0;
        for (var t = 0; t < count; t++)
            sum += _kernel[t] = Kernel(interpolation, (t + offset) / stretch);
        for (var t = 0; t < count; t++)
            _kernel[t] /= sum;
    }

    private static double Support(Interpolation interpolation) => interpolation switch
    {
        Interpolation.Bicubic => 2,
        Interpolation.Lanczos => 3,
        _ => 1,
    };

    private static double Kernel(Interpolation interpolation, double x)
    {
        x = Math.Abs(x);
        return interpolation switch
        {
            Interpolation.Bicubic when x < 1 => ((1.5 * x) - 2.5) * x * x + 1,
            Interpolation.Bicubic when x < 2 => ((-0.5 * x + 2.5) * x - 4) * x + 2,
            Interpolation.Lanczos when x < 3 => Sinc(x) * Sinc(x / 3),
            Interpolation.Bilinear when x < 1 => 1 - x,
            _ => 0,
        };

        static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
    }
}
