namespace Lineup.Training.Data;

/// <summary>
/// Resamples a part of a picture to the size of the input, antialiased with the triangle filter that serving uses, and mirrors what lies
/// beyond the edges. A part that is neither scaled nor moved by a fraction is copied. Holds scratch memory: one thread at a time.
/// </summary>
internal sealed class CutSampler
{
    private readonly Axis _x = new();
    private readonly Axis _y = new();
    private float[] _rows = [];

    /// <summary>Writes planes of red, green and blue, 0 to 255, rows from the top.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="box">The part of it.</param>
    /// <param name="width">Of the result, in pixels.</param>
    /// <param name="height">Of the result, in pixels.</param>
    /// <param name="planes">At least 3 x <paramref name="height"/> x <paramref name="width"/> numbers.</param>
    public void Sample(DecodedPicture picture, CutBox box, int width, int height, Span<float> planes)
    {
        _x.Prepare(box.Left, box.Width, width, picture.Width);
        _y.Prepare(box.Top, box.Height, height, picture.Height);
        if (_x.Taps == 1 && _y.Taps == 1)
        {
            Copy(picture, width, height, planes);
            return;
        }

        // Rows that are read more than once are filtered once: the ring of rows is as long as the picture is high, which is not much.
        if (_rows.Length < picture.Height * width * 3)
            _rows = new float[picture.Height * width * 3];
        var filtered = new bool[picture.Height];
        for (var y = 0; y < height; y++)
        {
            var target = new Row(planes, y, width, height);
            target.Red.Clear();
            target.Green.Clear();
            target.Blue.Clear();
            for (var tap = y * _y.Taps; tap < (y + 1) * _y.Taps; tap++)
            {
                var (row, weight) = (_y.Places[tap], _y.Weights[tap]);
                if (weight == 0)
                    continue;
                var source = _rows.AsSpan(row * width * 3, width * 3);
                if (!filtered[row])
                    Filter(picture.Pixels.AsSpan(row * picture.Width * 3), width, source);
                filtered[row] = true;
                for (var i = 0; i < width; i++)
                {
                    target.Red[i] += weight * source[i];
                    target.Green[i] += weight * source[width + i];
                    target.Blue[i] += weight * source[(2 * width) + i];
                }
            }
        }
    }

    private void Copy(DecodedPicture picture, int width, int height, Span<float> planes)
    {
        for (var y = 0; y < height; y++)
        {
            var row = picture.Pixels.AsSpan(_y.Places[y] * picture.Width * 3);
            var target = new Row(planes, y, width, height);
            for (var x = 0; x < width; x++)
            {
                var pixel = row.Slice(_x.Places[x] * 3, 3);
                (target.Red[x], target.Green[x], target.Blue[x]) = (pixel[0], pixel[1], pixel[2]);
            }
        }
    }

    private void Filter(ReadOnlySpan<byte> row, int width, Span<float> filtered)
    {
        for (var x = 0; x < width; x++)
        {
            var (red, green, blue) = (0f, 0f, 0f);
            for (var tap = x * _x.Taps; tap < (x + 1) * _x.Taps; tap++)
            {
                var pixel = row.Slice(_x.Places[tap] * 3, 3);
                var weight = _x.Weights[tap];
                red += weight * pixel[0];
                green += weight * pixel[1];
                blue += weight * pixel[2];
            }

            (filtered[x], filtered[width + x], filtered[(2 * width) + x]) = (red, green, blue);
        }
    }

    /// <summary>A row of the result in its three planes.</summary>
    private readonly ref struct Row(Span<float> planes, int y, int width, int height)
    {
        public readonly Span<float> Red = planes.Slice(y * width, width);
        public readonly Span<float> Green = planes.Slice((height + y) * width, width);
        public readonly Span<float> Blue = planes.Slice(((2 * height) + y) * width, width);
    }

    /// <summary>Which places of one axis make up each place of the result, and with what weights.</summary>
    private sealed class Axis
    {
        public int Taps { get; private set; }

        /// <summary><see cref="Taps"/> places for each place of the result.</summary>
        public int[] Places { get; private set; } = [];

        public float[] Weights { get; private set; } = [];

        public void Prepare(double start, double length, int results, int size)
        {
            var scale = length / results;
            var isCopy = scale == 1 && start == Math.Floor(start);
            var support = Math.Max(1, scale);
            Taps = isCopy ? 1 : (int)Math.Ceiling(2 * support) + 1;
            if (Places.Length < results * Taps)
                (Places, Weights) = (new int[results * Taps], new float[results * Taps]);

            for (var i = 0; i < results; i++)
            {
                var centre = start + ((i + 0.5) * scale);
                var first = isCopy ? (int)Math.Floor(centre) : (int)Math.Floor(centre - support);
                var sum = 0f;
                for (var tap = 0; tap < Taps; tap++)
                {
                    var weight = isCopy ? 1f : (float)Math.Max(0, 1 - (Math.Abs(first + tap + 0.5 - centre) / support));
                    Places[(i * Taps) + tap] = Mirror(first + tap, size);
                    Weights[(i * Taps) + tap] = weight;
                    sum += weight;
                }

                foreach (ref var weight in Weights.AsSpan(i * Taps, Taps))
                    weight /= sum;
            }
        }

        /// <summary>A place within the picture: beyond an edge it goes back, without repeating the edge (numpy's "reflect").</summary>
        private static int Mirror(int place, int size)
        {
            if (size == 1)
                return 0;
            var period = 2 * (size - 1);
            var wrapped = ((place % period) + period) % period;
            return wrapped < size ? wrapped : period - wrapped;
        }
    }
}
