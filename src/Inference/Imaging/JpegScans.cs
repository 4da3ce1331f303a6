using System.Buffers.Binary;

namespace Lineup.Inference.Imaging;

/// <summary>
/// Counts the scans of a JPEG. A progressive one may repeat them over the whole picture without end: a few kilobytes that cost minutes.
/// </summary>
internal static class JpegScans
{
    /// <summary>Encoders write about ten.</summary>
    public const int Most = 100;

    /// <summary>
    /// Whether there are more than <see cref="Most"/>. Walks the markers as a decoder does, so that neither metadata (thumbnails, maker
    /// notes) nor what is appended behind the picture (the video of a motion photo) is taken for scans.
    /// </summary>
    public static bool AreTooMany(ReadOnlySpan<byte> image)
    {
        const byte startOfScan = 0xDA, endOfImage = 0xD9;
        var scans = 0;
        while (NextMarker(ref image) is { } marker and not endOfImage)
        {
            if (marker == startOfScan && ++scans > Most)
                return true;
            if (image.Length < 2)
                return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(image);
            image = image[Math.Min(length, image.Length)..];
        }

        return false;
    }

    /// <summary>Moves behind the next marker that a segment follows, or the last of all; null where there is none.</summary>
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
