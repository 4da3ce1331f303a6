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
        return orientation is { } value ? WebPContainer.WithExif(file, picture, ExifBlock.WithOrientation(value)) : file;
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
