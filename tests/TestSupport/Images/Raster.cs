namespace Lineup.TestSupport;

/// <summary>A colour, not premultiplied.</summary>
public readonly record struct Rgba(byte R, byte G, byte B, byte A = 255);

/// <summary>A picture whose every pixel is known: what the writers of this folder take.</summary>
public sealed class Raster
{
    private readonly Rgba[] _pixels;

    public Raster(int width, int height, Func<int, int, Rgba> pixel)
    {
        (Width, Height) = (width, height);
        _pixels = new Rgba[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                _pixels[(y * width) + x] = pixel(x, y);
        }
    }

    public int Width { get; }

    public int Height { get; }

    public Rgba this[int x, int y] => _pixels[(y * Width) + x];

    public static Raster Solid(int width, int height, Rgba colour) => new(width, height, (_, _) => colour);

    /// <summary>
    /// Like a photograph to a codec and to a resampler: smooth gradients, hard-edged discs and a little noise, none of it symmetric.
    /// The same arguments give the same picture.
    /// </summary>
    public static Raster Photograph(int width, int height, int seed = 1)
    {
        var random = new Random(seed);
        var discs = new (double X, double Y, double Radius, Rgba Colour)[12];
        foreach (ref var disc in discs.AsSpan())
        {
            var radius = (0.03 + (0.15 * random.NextDouble())) * Math.Max(width, height);
            disc = (random.NextDouble() * width, random.NextDouble() * height, radius, Colour(random));
        }

        return new(width, height, Pixel);

        Rgba Pixel(int x, int y)
        {
            var (u, v) = ((double)x / width, (double)y / height);
            var (r, g, b) = (40 + (180 * u), 60 + (150 * v), 128 + (100 * Math.Sin((7 * u) + (4 * v))));
            foreach (var disc in discs)
            {
                if (((x - disc.X) * (x - disc.X)) + ((y - disc.Y) * (y - disc.Y)) < disc.Radius * disc.Radius)
                    (r, g, b) = (disc.Colour.R, disc.Colour.G, disc.Colour.B);
            }

            var noise = random.Next(-6, 7);
            return new(Byte(r + noise), Byte(g + noise), Byte(b + noise));
        }
    }

    /// <summary>Every pixel by chance, alpha too: the hardest case for a resampler.</summary>
    public static Raster Noise(int width, int height, int seed = 1, bool alpha = false)
    {
        var random = new Random(seed);
        return new(width, height, (_, _) => Colour(random) with { A = alpha ? (byte)random.Next(256) : (byte)255 });
    }

    public Raster Select(Func<Rgba, Rgba> change) => new(Width, Height, (x, y) => change(this[x, y]));

    /// <summary>Red, green and blue made equal.</summary>
    public Raster Grey() => Select(p => p with { R = p.G, B = p.G });

    /// <summary>With at most 216 colours, so that a palette holds them.</summary>
    public Raster Posterized() => Select(p => p with { R = Step(p.R), G = Step(p.G), B = Step(p.B) });

    /// <summary>With an alpha that grows from left to right, from clear to opaque.</summary>
    public Raster Fading() => new(Width, Height, (x, y) => this[x, y] with { A = Byte(x * 255d / Math.Max(Width - 1, 1)) });

    /// <summary>The distinct colours, in order of appearance.</summary>
    internal Rgba[] Palette() => _pixels.Distinct().ToArray();

    internal byte[] ToBytes()
    {
        var bytes = new byte[_pixels.Length * 4];
        for (var i = 0; i < _pixels.Length; i++)
        {
            var (pixel, target) = (_pixels[i], i * 4);
            (bytes[target], bytes[target + 1], bytes[target + 2], bytes[target + 3]) = (pixel.R, pixel.G, pixel.B, pixel.A);
        }

        return bytes;
    }

    private static Rgba Colour(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));

    private static byte Step(byte value) => (byte)((value + 25) / 51 * 51);

    private static byte Byte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
