using System.Buffers.Binary;

namespace Lineup.TestSupport;

/// <summary>The smallest EXIF block: a TIFF directory with one entry, the orientation.</summary>
internal static class ExifBlock
{
    private const int OrientationTag = 0x0112;
    private const int ShortType = 3;

    public static byte[] WithOrientation(int orientation)
    {
        var block = new byte[26];
        "II*\0"u8.CopyTo(block);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), 8);
        BinaryPrimitives.WriteInt16LittleEndian(block.AsSpan(8), 1);
        BinaryPrimitives.WriteInt16LittleEndian(block.AsSpan(10), OrientationTag);
        BinaryPrimitives.WriteInt16LittleEndian(block.AsSpan(12), ShortType);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(14), 1);
        BinaryPrimitives.WriteInt16LittleEndian(block.AsSpan(18), (short)orientation);
        return block;
    }
}
