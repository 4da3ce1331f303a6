using System.Buffers.Binary;

namespace Lineup.TestSupport;

/// <summary>Encoded pictures whose content is known, in every format that is read. PNG, GIF, BMP and WebP are lossless here.</summary>
public static class TestImages
{
    /// <param name="picture">The pixels. For a palette at most 256 colours; grey ones take the green channel.</param>
    /// <param name="colour">How pixels are stored.</param>
    /// <param name="bits">Bits a sample, 8 or 16; see <see cref="PngLowByte"/> for the latter.</param>
    /// <param name="orientation">EXIF orientation, 1 to 8; null writes no EXIF.</param>
    public static byte[] Png(Raster picture, PngColour colour = PngColour.Rgba, int bits = 8, int? orientation = null) =>
        PngWriter.Write(picture, colour, bits, orientation);

    /// <summary>What <see cref="Png"/> puts below the sample at 16 bits.</summary>
    public static byte PngLowByte(byte sample) => PngWriter.LowByte(sample);

    /// <param name="frames">At most 256 colours each; one with alpha 0 is written as transparent.</param>
    public static byte[] Gif(params Raster[] frames) => GifWriter.Write(frames);

    /// <summary>24 bits a pixel; alpha is lost.</summary>
    public static byte[] Bmp(Raster picture) => BmpWriter.Write(picture);

    /// <summary>Lossless, with alpha if the picture has any.</summary>
    public static byte[] WebP(Raster picture, int? orientation = null) => SkiaEncoder.WebP(picture, orientation);

    /// <param name="frames">Pictures of the same size.</param>
    public static byte[] AnimatedWebP(params Raster[] frames) => WebPContainer.Animation(frames.Select(frame => WebP(frame)), frames[0]);

    /// <summary>Baseline JPEG, colour or (from the green channel) greyscale.</summary>
    public static byte[] Jpeg(Raster picture, int quality = 90, bool grey = false, int? orientation = null) =>
        SkiaEncoder.Jpeg(picture, quality, grey, orientation);

    /// <summary>A synthetic photograph as JPEG; the same arguments give the same bytes.</summary>
    public static byte[] Photograph(int width = 640, int height = 480, int seed = 1) => Jpeg(Raster.Photograph(width, height, seed));

    /// <summary>A plain picture for <see cref="TinyModel"/>: red, green or blue makes it class 0, 1 or 2.</summary>
    public static byte[] Plain(byte red, byte green, byte blue, int side = 64) =>
        Png(Raster.Solid(side, side, new(red, green, blue)), PngColour.Rgb);

    /// <summary>A JPEG of 8x8 blocks in four inks, 0 (none) to 255 (full); alpha stands for black. As Adobe's programs write it.</summary>
    public static byte[] CmykJpeg(Raster inks, bool ycck = false)
    {
        // Adobe stores 255 minus ink. With YCCK the inks C, M and Y are coded as if they were R, G and B; black is stored as before.
        var blocks = Pixels(inks).ToArray();
        Func<Rgba, double>[] components = ycck
            ?
            [
                p => (0.299 * p.R) + (0.587 * p.G) + (0.114 * p.B),
                p => 128 - (0.168736 * p.R) - (0.331264 * p.G) + (0.5 * p.B),
                p => 128 + (0.5 * p.R) - (0.418688 * p.G) - (0.081312 * p.B),
                p => 255 - p.A,
            ]
            : [p => 255 - p.R, p => 255 - p.G, p => 255 - p.B, p => 255 - p.A];
        var values = components.Select(component => blocks.Select(p => (byte)Math.Clamp(Math.Round(component(p)), 0, 255)).ToArray());
        return FlatJpegWriter.Baseline([.. values], inks.Width, ycck ? 2 : 0);
    }

    /// <summary>A progressive JPEG of grey 8x8 blocks (green channel); a scan for them and <paramref name="detailScans"/> more.</summary>
    public static byte[] ProgressiveJpeg(Raster blocks, int detailScans) =>
        FlatJpegWriter.Progressive([.. Pixels(blocks).Select(p => p.G)], blocks.Width, detailScans);

    /// <summary>A PNG of under 200 bytes with sound checksums that claims any size.</summary>
    public static byte[] PngClaiming(int width, int height) => PngWriter.Claiming(width, height);

    /// <summary>A small JPEG whose header claims any size.</summary>
    public static byte[] JpegClaiming(int width, int height)
    {
        var file = Jpeg(Raster.Photograph(32, 32));
        var frame = file.AsSpan(file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]));
        BinaryPrimitives.WriteUInt16BigEndian(frame[5..], (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(frame[7..], (ushort)width);
        return file;
    }

    private static IEnumerable<Rgba> Pixels(Raster picture)
    {
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
                yield return picture[x, y];
        }
    }
}
