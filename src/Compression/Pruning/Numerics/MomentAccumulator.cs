using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lineup.Compression.Pruning.Numerics;

/// <summary>
/// Streams samples of inputs x and targets y into their means and the covariances H = Cov(x) and B = Cov(x, y). Not thread-safe;
/// <see cref="Add"/> itself uses several threads. Every element of H and B is summed by one thread in the order of the samples, so
/// equal blocks give equal bits whatever the number of threads.
/// </summary>
/// <remarks>
/// Products are summed in float over runs of <see cref="Run"/> samples, then in double. To keep the covariance from drowning in the
/// mean, everything is taken relative to the mean of the first block, and the small rest is taken off at the end.
/// </remarks>
/// <param name="inputs">Variables in x.</param>
/// <param name="targets">Variables in y.</param>
/// <param name="known">H, where it is known already: only what concerns y is summed then. Null to sum all.</param>
internal sealed class MomentAccumulator(int inputs, int targets, double[]? known = null)
{
    private const int Run = 256;
    private const int Width = SampleBlock.PanelWidth;
    private const int Rows = 4;

    private readonly SampleBlock _shape = new(inputs);
    private readonly SampleBlock _targetShape = new(targets);
    private readonly double[] _sumX = new double[inputs];
    private readonly double[] _sumY = new double[targets];
    private readonly double[] _squaresY = new double[targets];
    private float[]? _shiftX;
    private float[]? _shiftY;
    private double[][] _products = [];

    public int Inputs => inputs;

    public int Targets => targets;

    public long Samples { get; private set; }

    /// <summary>Bytes this takes for a layer of that size, for planning.</summary>
    public static long Bytes(int inputs, int targets) => (long)(inputs + Width) * ((inputs / 2) + targets + (2 * Width)) * sizeof(double);

    /// <summary>Adds a block. The blocks' content is overwritten: it is centred in place.</summary>
    public void Add(SampleBlock x, SampleBlock y, ParallelOptions parallel)
    {
        if (x.Variables != inputs || y.Variables != targets || x.Samples != y.Samples)
            throw new ArgumentException("The blocks do not fit the accumulator, or each other.", nameof(x));
        if (x.Samples == 0)
            return;

        if (_shiftX is null || _shiftY is null)
        {
            (_shiftX, _shiftY) = (Means(x), Means(y));
            // Row panels reach from the diagonal to the end of the inputs, then over all targets.
            _products = [.. Enumerable.Range(0, x.Panels).Select(i => new double[(Columns(i) + y.Panels) * Width * Width])];
        }

        Parallel.For(0, x.Panels + y.Panels, parallel, panel =>
        {
            if (panel < x.Panels)
                Centre(x, panel, _shiftX, _sumX, null);
            else
                Centre(y, panel - x.Panels, _shiftY, _sumY, _squaresY);
        });

        // Early panels have the most columns, so they are handed out first.
        Parallel.For(0, x.Panels, parallel, panel => AddPanel(x, y, panel));
        Samples += x.Samples;
    }

    public Moments Finish()
    {
        if (Samples == 0 || _shiftX is null || _shiftY is null)
            throw new InvalidOperationException("No samples were added.");

        var count = (double)Samples;
        var h = known ?? new double[inputs * inputs];
        var b = new double[inputs * targets];
        for (var i = 0; i < inputs; i++)
        {
            var products = _products[i / Width];
            for (var j = i; known is null && j < inputs; j++)
            {
                var value = Product(products, i, (j / Width) - (i / Width), j % Width) - (_sumX[i] / count * (_sumX[j] / count));
                h[(i * inputs) + j] = value;
                h[(j * inputs) + i] = value;
            }

            for (var j = 0; j < targets; j++)
            {
                var column = Columns(i / Width) + (j / Width);
                b[(i * targets) + j] = Product(products, i, column, j % Width) - (_sumX[i] / count * (_sumY[j] / count));
            }
        }

        return new Moments
        {
            Inputs = inputs,
            Targets = targets,
            Samples = Samples,
            MeanX = [.. _sumX.Select((sum, i) => _shiftX[i] + (sum / count))],
            MeanY = [.. _sumY.Select((sum, i) => _shiftY[i] + (sum / count))],
            VarianceY = [.. _squaresY.Select((sum, i) => Math.Max(0, (sum / count) - (_sumY[i] / count * (_sumY[i] / count))))],
            H = h,
            B = b,
        };

        double Product(double[] products, int i, int panel, int column) =>
            products[((((panel * Width) + (i % Width)) * Width) + column)] / count;
    }

    /// <summary>Column panels of H that a row panel holds.</summary>
    private int Columns(int panel) => known is null ? _shape.Panels - panel : 0;

    private static float[] Means(SampleBlock block)
    {
        var means = new float[block.Variables];
        for (var v = 0; v < means.Length; v++)
        {
            double sum = 0;
            for (var s = 0; s < block.Samples; s++)
                sum += block[s, v];
            means[v] = (float)(sum / block.Samples);
        }

        return means;
    }

    private static void Centre(SampleBlock block, int panel, float[] shift, double[] sums, double[]? squares)
    {
        var values = block.Panel(panel);
        var first = panel * Width;
        var count = Math.Min(Width, block.Variables - first);
        for (var v = 0; v < count; v++)
        {
            double sum = 0, square = 0;
            for (var i = v; i < values.Length; i += Width)
            {
                var value = values[i] -= shift[first + v];
                sum += value;
                square += (double)value * value;
            }

            sums[first + v] += sum;
            if (squares is not null)
                squares[first + v] += square;
        }
    }

    private void AddPanel(SampleBlock x, SampleBlock y, int panel)
    {
        var products = _products[panel];
        var left = x.Panel(panel);
        for (var start = 0; start < x.Samples; start += Run)
        {
            var count = Math.Min(Run, x.Samples - start);
            var rows = left.Slice(start * Width, count * Width);
            var place = 0;
            for (var j = panel; known is null && j < x.Panels; j++, place++)
                Multiply(rows, x.Panel(j).Slice(start * Width, count * Width), products.AsSpan(place * Width * Width, Width * Width));
            for (var j = 0; j < _targetShape.Panels; j++, place++)
                Multiply(rows, y.Panel(j).Slice(start * Width, count * Width), products.AsSpan(place * Width * Width, Width * Width));
        }
    }

    /// <summary>product[i, j] += sum over samples s of left[s, i] * right[s, j], for two panels.</summary>
    private static void Multiply(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<double> product)
    {
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        for (var i = 0; i < Width; i += Rows)
        {
            Vector512<float> s00 = default, s01 = default, s10 = default, s11 = default;
            Vector512<float> s20 = default, s21 = default, s30 = default, s31 = default;
            for (var s = 0; s < left.Length; s += Width)
            {
                var b0 = Vector512.LoadUnsafe(ref b, (nuint)s);
                var b1 = Vector512.LoadUnsafe(ref b, (nuint)(s + 16));
                ref var row = ref Unsafe.Add(ref a, s + i);
                var a0 = Vector512.Create(row);
                var a1 = Vector512.Create(Unsafe.Add(ref row, 1));
                s00 = Vector512.MultiplyAddEstimate(a0, b0, s00);
                s01 = Vector512.MultiplyAddEstimate(a0, b1, s01);
                s10 = Vector512.MultiplyAddEstimate(a1, b0, s10);
                s11 = Vector512.MultiplyAddEstimate(a1, b1, s11);
                var a2 = Vector512.Create(Unsafe.Add(ref row, 2));
                var a3 = Vector512.Create(Unsafe.Add(ref row, 3));
                s20 = Vector512.MultiplyAddEstimate(a2, b0, s20);
                s21 = Vector512.MultiplyAddEstimate(a2, b1, s21);
                s30 = Vector512.MultiplyAddEstimate(a3, b0, s30);
                s31 = Vector512.MultiplyAddEstimate(a3, b1, s31);
            }

            Accumulate(s00, s01, product.Slice(i * Width, Width));
            Accumulate(s10, s11, product.Slice((i + 1) * Width, Width));
            Accumulate(s20, s21, product.Slice((i + 2) * Width, Width));
            Accumulate(s30, s31, product.Slice((i + 3) * Width, Width));
        }
    }

    private static void Accumulate(Vector512<float> low, Vector512<float> high, Span<double> sums)
    {
        ref var sum = ref MemoryMarshal.GetReference(sums);
        Add(low, ref sum);
        Add(high, ref Unsafe.Add(ref sum, 16));

        static void Add(Vector512<float> values, ref double sum)
        {
            var (lower, upper) = Vector512.Widen(values);
            (Vector512.LoadUnsafe(ref sum) + lower).StoreUnsafe(ref sum);
            (Vector512.LoadUnsafe(ref sum, 8) + upper).StoreUnsafe(ref sum, 8);
        }
    }
}
