using System.Buffers.Binary;

namespace Lineup.Inference.Imaging;

/// <summary>Reads the EXIF orientation of a PNG (chunk eXIf, PNG third edition), which Skia passes over.</summary>
internal static class PngOrientation
{
    private const int SignatureBytes = 8;
    private const int ChunkOverhead = 12;
    private const int TagBytes = 12;
    private const ushort OrientationTag = 0x0112;

    /// <summary>The orientation; upright where there is none, or none that can be read.</summary>
    public static ImageOrientation Read(ReadOnlySpan<byte> image)
    {
        var chunk = image[SignatureBytes..];
        while (chunk.Length >= ChunkOverhead)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            var type = chunk.Slice(4, 4);
            if (length > chunk.Length - ChunkOverhead || type.SequenceEqual("IDAT"u8))
                break;
            if (type.SequenceEqual("eXIf"u8))
                return ReadTiff(chunk.Slice(8, (int)length));
            chunk = chunk[((int)length + ChunkOverhead)..];
        }

        return ImageOrientation.TopLeft;
    }

    private static ImageOrientation ReadTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 10 || !(tiff.StartsWith("II*\0"u8) || tiff.StartsWith("MM\0*"u8)))
            return ImageOrientation.TopLeft;

        var little = tiff[0] == 'I';
        var directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
            return ImageOrientation.TopLeft;

        var tags = tiff[(int)directory..];
        var count = Number(tags, little);
        tags = tags[2..];
        for (; count > 0 && tags.Length >= TagBytes; count--, tags = tags[TagBytes..])
        {
            if (Number(tags, little) == OrientationTag)
                return Number(tags[8..], little) is >= 1 and <= 8 and var value ? (ImageOrientation)value : ImageOrientation.TopLeft;
        }

        return ImageOrientation.TopLeft;
    }

    private static ushort Number(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
