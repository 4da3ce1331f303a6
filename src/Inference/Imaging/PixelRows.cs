using SkiaSharp;

namespace Lineup.Inference.Imaging;

/// <summary>
/// The decoded rows of one picture, in stored order, as premultiplied RGBA. JPEGs are decoded a few rows at a time, so that they stay
/// in the cache and a photograph of a telephone needs no 48 MB; other formats are decoded whole.
/// </summary>
internal sealed unsafe class PixelRows(NativeBuffer buffer)
{
    private const int RowsAtATime = 16;

    private SKCodec _codec = null!;
    private byte* _pixels;
    private bool _streams;
    private int _firstRow;
    private int _rowsHeld;

    public int Width { get; private set; }

    public int Height { get; private set; }

    public int RowBytes { get; private set; }

    /// <param name="codec">The codec, which must outlive the rows.</param>
    /// <param name="size">A size that the codec can decode to.</param>
    /// <param name="slack">Bytes that must be readable behind the last pixel.</param>
    public ImageFault? Open(SKCodec codec, SKSizeI size, int slack)
    {
        (_codec, Width, Height, RowBytes) = (codec, size.Width, size.Height, size.Width * 4);

        // No colour space: embedded profiles are ignored, as in the tools that models are trained with.
        var info = new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Premul, null);
        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg && codec.StartScanlineDecode(info) == SKCodecResult.Success)
        {
            _streams = true;
            (_firstRow, _rowsHeld) = (0, 0);
            _pixels = buffer.Ensure(((long)RowBytes * Math.Min(RowsAtATime, Height)) + slack);
            return null;
        }

        _streams = false;
        (_firstRow, _rowsHeld) = (0, Height);
        _pixels = buffer.Ensure(((long)RowBytes * Height) + slack);
        return codec.GetPixels(info, (nint)_pixels, RowBytes, new SKCodecOptions(frameIndex: 0)) switch
        {
            SKCodecResult.Success => null,
            SKCodecResult.IncompleteInput => Truncated,
            SKCodecResult.InternalError => new(ImageError.Corrupt, "The picture could not be decoded."),
            _ => new(ImageError.Corrupt, "The picture's header is fine but its pixel data is damaged."),
        };
    }

    /// <summary>Row y, valid until a later row is asked for; rows are asked for in order. Null if the file ends before it.</summary>
    public byte* Row(int y)
    {
        while (y >= _firstRow + _rowsHeld)
        {
            if (!Advance())
                return null;
        }

        return _pixels + ((long)(y - _firstRow) * RowBytes);
    }

    /// <summary>Decodes what is left, which may still show that the file is cut off.</summary>
    public ImageFault? Finish()
    {
        while (_firstRow + _rowsHeld < Height)
        {
            if (!Advance())
                return Truncated;
        }

        return null;
    }

    public static ImageFault Truncated { get; } =
        new(ImageError.Truncated, "The picture is cut off: the file ends before its last row. Send it again.");

    private bool Advance()
    {
        _firstRow += _rowsHeld;
        var wanted = Math.Min(RowsAtATime, Height - _firstRow);
        _rowsHeld = wanted;
        return _streams && wanted > 0 && _codec.GetScanlines((nint)_pixels, wanted, RowBytes) == wanted;
    }
}
