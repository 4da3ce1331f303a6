using Lineup.Inference.Imaging;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Imaging;

internal static class Samples
{
    public static ImageFormat[] Formats { get; } = Enum.GetValues<ImageFormat>();

    /// <summary>The picture in a format that loses nothing, but for JPEG. GIF wants at most 256 colours.</summary>
    public static byte[] Encode(ImageFormat format, Raster picture) => format switch
    {
        ImageFormat.Jpeg => TestImages.Jpeg(picture),
        ImageFormat.Png => TestImages.Png(picture, PngColour.Rgb),
        ImageFormat.WebP => TestImages.WebP(picture),
        ImageFormat.Gif => TestImages.Gif(picture),
        ImageFormat.Bmp => TestImages.Bmp(picture),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Small files of one format that take different ways through a decoder.</summary>
    public static byte[][] Varieties(ImageFormat format)
    {
        var picture = Raster.Photograph(48, 40).Posterized();
        return format switch
        {
            ImageFormat.Jpeg =>
            [
                Encode(format, picture),
                TestImages.Jpeg(picture, grey: true, orientation: 6),
                TestImages.CmykJpeg(Raster.Noise(6, 5)),
                TestImages.ProgressiveJpeg(Raster.Noise(6, 5), detailScans: 4),
            ],
            ImageFormat.Png =>
            [
                Encode(format, picture),
                TestImages.Png(picture.Fading(), orientation: 6),
                TestImages.Png(picture, PngColour.Palette),
                TestImages.Png(picture.Grey(), PngColour.GreyAlpha, bits: 16),
            ],
            ImageFormat.WebP =>
            [
                Encode(format, picture),
                TestImages.WebP(picture.Fading(), orientation: 8),
                TestImages.AnimatedWebP(picture, Raster.Noise(48, 40)),
            ],
            ImageFormat.Gif => [Encode(format, picture), TestImages.Gif(picture, Raster.Solid(48, 40, new(0, 0, 255)))],
            _ => [Encode(format, picture)],
        };
    }
}
