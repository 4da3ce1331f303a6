using System.Buffers.Binary;

namespace Lineup.Inference.Imaging;

/// <summary>
/// Checks what only the whole of a JPEG tells, by walking its markers as a decoder does: neither metadata (thumbnails, maker notes) nor
/// what is appended behind the picture (the video of a motion photo) is taken for part of it.
/// </summary>
internal static class JpegScans
{
    private const byte ProgressiveFrame = 0xC2;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    // A progressive JPEG may repeat scans over the whole picture without end: a few kilobytes that cost minutes. Encoders write about ten.
    private const int MaxScans = 100;

    /// <summary>Returns null if the picture may be decoded.</summary>
    public static ImageFault? Check(ReadOnlySpan<byte> image)
    {
        var scans = 0;
        var progressive = false;
        while (NextMarker(ref image) is { } marker)
        {
            if (marker == EndOfImage)
                return null;
            if (marker == StartOfScan && ++scans > MaxScans)
                return new(ImageError.Corrupt, $"The JPEG has more than {MaxScans} scans, which no camera or editor writes.");
            progressive |= marker == ProgressiveFrame;

            if (image.Length < 2)
                break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(image);
            image = image[Math.Min(length, image.Length)..];
        }

        // Where a later scan refines an earlier one, a cut leaves a blurred picture that Skia takes for whole; without them, it notices.
        return progressive || scans > 1 ? PixelRows.Truncated : null;
    }

    /// <summary>Moves behind the next marker that a segment follows, or the end marker; null where there is none.</summary>
    private static byte? NextMarker(ref ReadOnlySpan<byte> image)
    {
        for (int at; (at = image.IndexOf((byte)0xFF)) >= 0 && at + 1 < image.Length;)
        {
            var marker = image[at + 1];

            // FF before a marker is padding.
            image = image[(marker == 0xFF ? at + 1 : at + 2)..];

            // Within a scan FF 00 is the byte FF, and FF D0 to D7 are restarts; D8 begins the file.
            if (marker is not (0x00 or 0x01 or (>= 0xD0 and <= 0xD8) or 0xFF))
                return marker;
        }

        return null;
    }
}
