namespace Lineup.TestSupport;

/// <summary>
/// Simple pictures of real things, drawn from areas of colour: what a classifier of everyday things must get right, and nobody's
/// photographs. 320 x 240, as wide as ordinary pictures, with the thing in the middle.
/// </summary>
public static class Drawings
{
    private const int Width = 320;
    private const int Height = 240;

    /// <summary>A passenger plane from the side, high in a clear sky.</summary>
    public static byte[] Airplane() => Draw((x, y) =>
    {
        var white = new Rgba(228, 231, 236);
        var shade = new Rgba(150, 156, 168);
        if (Ellipse(x, y, 160, 120, 92, 13))
            return y < 124 ? white : shade;
        if (Quad(x, y, (150, 122), (182, 122), (120, 178), (104, 178)) || Quad(x, y, (160, 112), (182, 112), (150, 82), (138, 82)))
            return shade;
        if (Quad(x, y, (68, 120), (92, 114), (74, 80), (60, 80)) || Quad(x, y, (70, 122), (88, 122), (66, 140), (56, 140)))
            return white;
        return Mix(new(96, 150, 214), new(176, 208, 238), y / 240.0);
    });

    /// <summary>A freighter on the open sea.</summary>
    public static byte[] Ship() => Draw((x, y) =>
    {
        if (Quad(x, y, (48, 128), (278, 128), (252, 166), (74, 166)))
            return y < 152 ? new(52, 56, 70) : new(134, 44, 40);
        if (Box(x, y, 66, 92, 112, 128))
            return y % 12 < 5 && x % 10 < 6 ? new(70, 84, 100) : new(232, 232, 228);
        if (Box(x, y, 78, 70, 92, 92))
            return new(190, 60, 44);
        if (Box(x, y, 128, 112, 258, 128))
            return x / 22 % 3 == 0 ? new(170, 72, 52) : x / 22 % 3 == 1 ? new(58, 102, 140) : new(196, 160, 82);
        if (Box(x, y, 196, 76, 199, 112))
            return new(90, 90, 96);
        if (y > 146)
            return Mix(new(46, 92, 128), new(22, 54, 86), (y - 146) / 94.0 + (0.1 * Math.Sin((x / 9.0) + (y / 2.0))));
        return Mix(new(156, 190, 220), new(214, 226, 234), y / 146.0);
    });

    /// <summary>A lorry with a tall box behind its cab, on a road.</summary>
    public static byte[] Truck() => Draw((x, y) =>
    {
        if (Disc(x, y, 104, 184, 19) || Disc(x, y, 140, 184, 19) || Disc(x, y, 244, 184, 19))
            return Disc(x, y, 104, 184, 9) || Disc(x, y, 140, 184, 9) || Disc(x, y, 244, 184, 9) ? new(168, 170, 172) : new(24, 24, 26);
        if (Box(x, y, 52, 62, 204, 172))
            return y < 70 || x < 58 ? new(196, 198, 200) : new(236, 237, 238);
        if (Box(x, y, 208, 92, 268, 174))
        {
            if (Quad(x, y, (234, 98), (260, 98), (264, 130), (234, 130)))
                return new(62, 78, 96);
            return y > 160 ? new(70, 70, 74) : new(186, 36, 34);
        }

        return Street(x, y);
    });

    /// <summary>A saloon car from the side, on a road.</summary>
    public static byte[] Automobile() => Draw((x, y) =>
    {
        if (Disc(x, y, 96, 172, 22) || Disc(x, y, 226, 172, 22))
            return Disc(x, y, 96, 172, 11) || Disc(x, y, 226, 172, 11) ? new(178, 180, 184) : new(22, 22, 24);
        if (Quad(x, y, (112, 92), (196, 92), (228, 128), (84, 128)))
        {
            return Quad(x, y, (116, 98), (150, 98), (150, 126), (94, 126)) || Quad(x, y, (156, 98), (192, 98), (218, 126), (156, 126))
                ? new(52, 66, 82)
                : new(176, 24, 28);
        }

        if (Quad(x, y, (40, 130), (270, 126), (284, 170), (36, 172)))
            return y < 146 ? new(204, 34, 36) : new(160, 20, 26);
        return Street(x, y);
    });

    private static Rgba Street(int x, int y) =>
        y > 186 ? Mix(new(104, 104, 106), new(78, 78, 82), (y - 186) / 54.0)
        : y > 150 ? new(120, 136, 96)
        : Mix(new(164, 196, 226), new(216, 226, 234), y / 150.0);

    /// <summary>A JPEG with a little grain, as cameras make it.</summary>
    private static byte[] Draw(Func<int, int, Rgba> colour)
    {
        var random = new Random(1);
        return TestImages.Jpeg(new Raster(Width, Height, (x, y) =>
        {
            var (pixel, grain) = (colour(x, y), random.Next(-5, 6));
            return new(Byte(pixel.R + grain), Byte(pixel.G + grain), Byte(pixel.B + grain));
        }));
    }

    private static bool Box(int x, int y, int left, int top, int right, int bottom) => x >= left && x < right && y >= top && y < bottom;

    private static bool Disc(int x, int y, int centreX, int centreY, int radius) => Ellipse(x, y, centreX, centreY, radius, radius);

    private static bool Ellipse(int x, int y, int centreX, int centreY, double across, double down) =>
        Math.Pow((x - centreX) / across, 2) + Math.Pow((y - centreY) / down, 2) <= 1;

    /// <summary>Within four corners that go round.</summary>
    private static bool Quad(int x, int y, params ReadOnlySpan<(int X, int Y)> corners)
    {
        var sides = 0;
        for (var i = 0; i < corners.Length; i++)
        {
            var (from, to) = (corners[i], corners[(i + 1) % corners.Length]);
            sides += Math.Sign(((to.X - from.X) * (y - from.Y)) - ((to.Y - from.Y) * (x - from.X)));
        }

        return Math.Abs(sides) == corners.Length;
    }

    private static Rgba Mix(Rgba from, Rgba to, double share) =>
        new(Byte(from.R + ((to.R - from.R) * share)), Byte(from.G + ((to.G - from.G) * share)), Byte(from.B + ((to.B - from.B) * share)));

    private static byte Byte(double value) => (byte)Math.Clamp(value, 0, 255);
}
