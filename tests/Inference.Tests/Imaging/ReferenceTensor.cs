using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Imaging;

/// <summary>
/// The input tensor by its plain definition, in doubles and without any thought of speed: orient, flatten on white, resample the whole
/// picture, crop, normalise. Shares no code with the decoder under test.
/// </summary>
internal static class ReferenceTensor
{
    /// <summary>Three planes of 0..255 values, height x width each.</summary>
    public readonly record struct Planes(int Width, int Height, double[][] Channels);

    public static double[] Of(Raster stored, InputSpecification input, int orientation = 1) =>
        Of(Flatten(Shown(stored, orientation)), input);

    public static double[] Of(Planes shown, InputSpecification input)
    {
        var (width, height) = ScaledSize(input, shown.Width, shown.Height);
        var columns = Weights(shown.Width, width, input.Interpolation);
        var rows = Weights(shown.Height, height, input.Interpolation);
        var (left, top) = (Corner(width, input.Width), Corner(height, input.Height));

        var tensor = new double[3 * input.Height * input.Width];
        for (var c = 0; c < 3; c++)
        {
            // Channel c of the tensor is red, green or blue.
            var plane = shown.Channels[input.ChannelOrder == ChannelOrder.Rgb ? c : 2 - c];
            for (var x = 0; x < input.Width; x++)
            {
                var column = Enumerable.Range(0, shown.Height)
                    .Select(y => columns[left + x].Sum(tap => tap.Weight * plane[(y * shown.Width) + tap.Index]))
                    .ToArray();
                for (var y = 0; y < input.Height; y++)
                {
                    var value = Math.Clamp(rows[top + y].Sum(tap => tap.Weight * column[tap.Index]), 0, 255);
                    tensor[Place(input, c, y, x)] = ((value * input.Scale) - input.Mean[c]) / input.Std[c];
                }
            }
        }

        return tensor;
    }

    /// <summary>Which stored pixel is shown at (x, y), by the table of the EXIF standard (tag 0x0112).</summary>
    public static Raster Shown(Raster stored, int orientation)
    {
        var (right, bottom) = (stored.Width - 1, stored.Height - 1);
        Func<int, int, Rgba> pixel = orientation switch
        {
            1 => (x, y) => stored[x, y],
            2 => (x, y) => stored[right - x, y],
            3 => (x, y) => stored[right - x, bottom - y],
            4 => (x, y) => stored[x, bottom - y],
            5 => (x, y) => stored[y, x],
            6 => (x, y) => stored[y, bottom - x],
            7 => (x, y) => stored[right - y, bottom - x],
            8 => (x, y) => stored[right - y, x],
            _ => throw new ArgumentOutOfRangeException(nameof(orientation)),
        };
        return orientation < 5 ? new(stored.Width, stored.Height, pixel) : new(stored.Height, stored.Width, pixel);
    }

    public static Planes Flatten(Raster picture)
    {
        var pixels = picture.Width * picture.Height;
        double[][] channels = [new double[pixels], new double[pixels], new double[pixels]];
        for (var i = 0; i < pixels; i++)
        {
            var pixel = picture[i % picture.Width, i / picture.Width];
            var alpha = pixel.A / 255d;
            channels[0][i] = (pixel.R * alpha) + (255 * (1 - alpha));
            channels[1][i] = (pixel.G * alpha) + (255 * (1 - alpha));
            channels[2][i] = (pixel.B * alpha) + (255 * (1 - alpha));
        }

        return new(picture.Width, picture.Height, channels);
    }

    private static (int Width, int Height) ScaledSize(InputSpecification input, int width, int height)
    {
        if (input.ResizeShorterSide is { } side)
        {
            return width < height
                ? (side, (int)Math.Truncate((decimal)side * height / width))
                : ((int)Math.Truncate((decimal)side * width / height), side);
        }

        return input.CenterCrop is null ? (input.Width, input.Height) : (width, height);
    }

    /// <summary>torchvision's int(round((length - crop) / 2)), where Python rounds halves to even.</summary>
    private static int Corner(int length, int crop)
    {
        var (half, odd) = Math.DivRem(length - crop, 2);
        return half + (odd == 1 && half % 2 == 1 ? 1 : 0);
    }

    private static (int Index, double Weight)[][] Weights(int from, int to, Interpolation interpolation) =>
        [.. Enumerable.Range(0, to).Select(i => Weights(from, (double)from / to, i, interpolation))];

    private static (int Index, double Weight)[] Weights(int from, double scale, int output, Interpolation interpolation)
    {
        var centre = (output + 0.5) * scale;
        if (interpolation == Interpolation.Nearest)
            return [((int)centre, 1)];

        var taps = Enumerable.Range(0, from)
            .Select(index => (Index: index, Weight: Kernel(interpolation, (index + 0.5 - centre) / Math.Max(scale, 1))))
            .Where(tap => tap.Weight != 0)
            .ToArray();
        var sum = taps.Sum(tap => tap.Weight);
        return Array.ConvertAll(taps, tap => (tap.Index, tap.Weight / sum));
    }

    private static double Kernel(Interpolation interpolation, double at)
    {
        const double a = -0.5;
        var x = Math.Abs(at);
        return (interpolation, x) switch
        {
            (Interpolation.Bilinear, < 1) => 1 - x,
            (Interpolation.Bicubic, < 1) => ((a + 2) * Math.Pow(x, 3)) - ((a + 3) * Math.Pow(x, 2)) + 1,
            (Interpolation.Bicubic, < 2) => (a * Math.Pow(x, 3)) - (5 * a * Math.Pow(x, 2)) + (8 * a * x) - (4 * a),
            (Interpolation.Lanczos, 0) => 1,
            (Interpolation.Lanczos, < 3) => 3 * Math.Sin(Math.PI * x) * Math.Sin(Math.PI * x / 3) / (Math.PI * Math.PI * x * x),
            _ => 0,
        };
    }

    private static int Place(InputSpecification input, int channel, int y, int x) => input.Layout == TensorLayout.Nchw
        ? (((channel * input.Height) + y) * input.Width) + x
        : (((y * input.Width) + x) * 3) + channel;
}
