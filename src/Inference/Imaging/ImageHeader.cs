using SkiaSharp;

namespace Lineup.Inference.Imaging;

/// <summary>Formats that are read; recognised by content, never by name or declared type.</summary>
public enum ImageFormat
{
    Jpeg,
    Png,
    WebP,
    Gif,
    Bmp,
}

/// <summary>
/// What a file's header says. Width and height are those stored, before <paramref name="Orientation"/> is applied.
/// </summary>
public readonly record struct ImageHeader(ImageFormat Format, int Width, int Height, ImageOrientation Orientation)
{
    /// <summary>
    /// Reads the header and checks it against the options, in microseconds and without decoding pixels. Returns null if the picture
    /// may be decoded.
    /// </summary>
    public static unsafe ImageFault? Inspect(ReadOnlySpan<byte> image, ImageOptions options, out ImageHeader header)
    {
        header = default;
        if (CheckBytes(image, options) is { } fault)
            return fault;

        fixed (byte* bytes = image)
        {
            using var codec = OpenCodec(bytes, image.Length);
            return codec is null ? Unreadable(image) : Check(codec, image, options, out header);
        }
    }

    /// <summary>Opens a codec over memory that must stay pinned while the codec lives; null if the header is not readable.</summary>
    internal static unsafe SKCodec? OpenCodec(byte* bytes, int length)
    {
        using var data = SKData.Create((nint)bytes, length);
        return SKCodec.Create(data);
    }

    internal static ImageFault? CheckBytes(ReadOnlySpan<byte> image, ImageOptions options)
    {
        if (image.IsEmpty)
            return new(ImageError.Empty, "The upload is empty. Send the bytes of a picture.");
        if (image.Length > options.MaxBytes)
            return TooManyBytes(options);
        return Sniff(image) is null ? NotAnImage : null;
    }

    internal static ImageFault? Check(SKCodec codec, ReadOnlySpan<byte> image, ImageOptions options, out ImageHeader header)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        var format = Sniff(image)!.Value;
        var orientation = format == ImageFormat.Png ? PngOrientation.Read(image) : (ImageOrientation)codec.EncodedOrigin;
        header = new(format, width, height, orientation);

        if (width < 1 || height < 1)
            return Unreadable(image);
        if (Math.Max(width, height) > options.MaxSide)
            return TooLarge($"has a side of {Math.Max(width, height)} pixels; at most {options.MaxSide} are read");
        if ((long)width * height > options.MaxPixels)
            return TooLarge($"has {(long)width * height / 1e6:0.0} million pixels; at most {options.MaxPixels / 1e6:0.0} million are read");
        if (Math.Max(width, height) > options.MaxAspect * Math.Min(width, height))
            return TooLarge($"is {width} x {height}; sides may differ by a factor of {options.MaxAspect:0.#} at most");
        return format == ImageFormat.Jpeg ? JpegScans.Check(image) : null;

        ImageFault TooLarge(string what) => new(ImageError.TooLarge, $"The picture ({width} x {height}) {what}. Scale it down first.");
    }

    /// <summary>The fault of an upload that exceeds the size limit.</summary>
    public static ImageFault TooManyBytes(ImageOptions options) =>
        new(ImageError.TooManyBytes, $"The upload is larger than {options.MaxBytes / 1048576d:0.##} MiB. Scale or compress the picture first.");

    internal static ImageFault Unreadable(ReadOnlySpan<byte> image) =>
        new(ImageError.Corrupt, $"The file begins like a {Sniff(image)} picture but its header is damaged or cut off.");

    private static ImageFault NotAnImage =>
        new(ImageError.UnsupportedFormat, "The upload is not a JPEG, PNG, WebP, GIF or BMP picture (judged by its content).");

    private static ImageFormat? Sniff(ReadOnlySpan<byte> image) => image switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageFormat.Gif,
        [(byte)'B', (byte)'M', ..] => ImageFormat.Bmp,
        _ => null,
    };
}
