using Lineup.Inference.Imaging;

namespace Lineup.Compression.Pictures;

/// <summary>Says of a file in a set what <see cref="ImageFault"/> says to the one who uploads it.</summary>
internal static class PictureFaults
{
    public static string Describe(this ImageFault fault) => fault.Error switch
    {
        ImageError.Empty => "the file is empty",
        ImageError.UnsupportedFormat => "the file holds no JPEG, PNG, WebP, GIF or BMP picture, whatever its name says",
        ImageError.Truncated => "the picture is cut off: the file ends before its last row",
        _ => fault.Message,
    };
}
