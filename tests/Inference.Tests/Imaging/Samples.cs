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
}
