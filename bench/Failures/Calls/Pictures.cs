using SkiaSharp;

namespace Lineup.Failures.Calls;

/// <summary>Pictures that are drawn here, the same ones every time, so that nobody needs data to measure.</summary>
internal static class Pictures
{
    private const int Shapes = 12;
    private const int JpegQuality = 90;

    /// <param name="count">How many.</param>
    /// <param name="side">Their sides in pixels.</param>
    public static IReadOnlyList<byte[]> Draw(int count, int side = 96) => [.. Enumerable.Range(0, count).Select(seed => Draw(new Random(seed), side))];

    private static byte[] Draw(Random random, int side)
    {
        using var surface = SKSurface.Create(new SKImageInfo(side, side));
        surface.Canvas.Clear(Colour(random));
        for (var i = 0; i < Shapes; i++)
        {
            using var paint = new SKPaint { Color = Colour(random), IsAntialias = true };
            var (x, y, width, height) = (random.Next(side), random.Next(side), random.Next(side / 8, side / 2), random.Next(side / 8, side / 2));
            if (random.Next(2) == 0)
                surface.Canvas.DrawOval(x, y, width, height, paint);
            else
                surface.Canvas.DrawRect(x, y, width, height, paint);
        }

        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return data.ToArray();
    }

    private static SKColor Colour(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
}
