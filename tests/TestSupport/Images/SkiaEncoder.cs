using System.Buffers.Binary;
using SkiaSharp;

namespace Lineup.TestSupport;

/// <summary>JPEG and WebP files by Skia's encoders, with an EXIF orientation put in afterwards.</summary>
internal static class SkiaEncoder
{
    public static byte[] Jpeg(Raster picture, int quality, bool grey, int? orientation)
    {
        using var bitmap = Bitmap(picture, grey);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        var file = data!.ToArray();
        if (orientation is not { } value)
            return file;

        // APP1 comes right behind the start of the image, as cameras write it.
        byte[] content = [.. "Exif\0\0"u8, .. ExifBlock.WithOrientation(value)];
        return [.. file[..2], 0xFF, 0xE1, 0, (byte)(content.Length + 2), .. content, .. file[2..]];
    }

    public static byte[] WebP(Raster picture, int? orientation)
    {
        using var bitmap = Bitmap(picture, grey: false);
        using var pixels = bitmap.PeekPixels();
        using var data = pixels!.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 50));
        var file = data!.ToArray();
        return orientation is { } value ? Extended(file, picture, ExifBlock.WithOrientation(value)) : file;
    }

    /// <summary>Puts a simple WebP file's only chunk into an extended one (VP8X), which may hold EXIF.</summary>
    private static byte[] Extended(byte[] simple, Raster picture, byte[] exif)
    {
        const byte hasExif = 0x08, hasAlpha = 0x10;
        var (w, h) = (picture.Width - 1, picture.Height - 1);
        byte[] sizes = [(byte)w, (byte)(w >> 8), (byte)(w >> 16), (byte)h, (byte)(h >> 8), (byte)(h >> 16)];
        byte[] body =
        [
            .. "WEBPVP8X"u8, 10, 0, 0, 0, hasExif | hasAlpha, 0, 0, 0, .. sizes,
            .. simple.AsSpan(simple.AsSpan().IndexOf("VP8L"u8)),
            .. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif,
        ];
        var file = new byte[8 + body.Length];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), body.Length);
        body.CopyTo(file, 8);
        return file;
    }

    private static SKBitmap Bitmap(Raster picture, bool grey)
    {
        var opaque = picture.Palette().All(pixel => pixel.A == 255);
        var info = new SKImageInfo(
            picture.Width,
            picture.Height,
            grey ? SKColorType.Gray8 : SKColorType.Rgba8888,
            opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        var bitmap = new SKBitmap(info);
        var bytes = picture.ToBytes();
        if (grey)
            bytes = bytes.Where((_, i) => i % 4 == 1).ToArray();

        // Skia may pad rows, so they are copied one by one.
        var target = bitmap.GetPixelSpan();
        for (var y = 0; y < picture.Height; y++)
            bytes.AsSpan(y * info.RowBytes, info.RowBytes).CopyTo(target[(y * bitmap.RowBytes)..]);
        return bitmap;
    }
}
