using System.Buffers.Binary;

namespace Lineup.ModelRepository.Packing;

/// <summary>
/// A piece of a file, packed by itself, so that packing and unpacking need little memory whatever the size of the file. In front of it
/// stand its layout (a byte for the width, one for the phase, two zeros) and its length unpacked; each strand has its form in the upper
/// byte and its length in the lower three of four bytes.
/// </summary>
internal static class Block
{
    /// <summary>Most bytes of a block, unpacked.</summary>
    public const int MaxLength = 1 << 16;

    public const int HeaderSize = 8;

    public const int StrandHeaderSize = 4;

    /// <summary>The shortest way to write a piece of a file, with its headers.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> piece)
    {
        var (likely, least) = (BlockLayout.Whole, double.PositiveInfinity);
        foreach (var layout in BlockLayout.All)
        {
            // Which element width fits shows in how often single bytes occur; deflating every layout would take ten times as long.
            var bits = layout.Width == 0 || !layout.IsLegal(piece.Length) ? double.PositiveInfinity : Estimate(layout.Split(piece));
            if (bits < least)
                (likely, least) = (layout, bits);
        }

        var (whole, taken) = (Strands(BlockLayout.Whole, piece), Strands(likely, piece));
        return Length(taken) < Length(whole) ? Write(likely, taken, piece.Length) : Write(BlockLayout.Whole, whole, piece.Length);
    }

    /// <summary>Reads the header of a block.</summary>
    /// <exception cref="PackedFileException">It is none.</exception>
    public static (BlockLayout Layout, int Length) ReadHeader(ReadOnlySpan<byte> header)
    {
        var layout = new BlockLayout(header[0], header[1]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        return length is < 1 or > MaxLength || header[2] != 0 || header[3] != 0 || !layout.IsLegal(length)
            ? throw PackedFileException.Damaged("a block's header makes no sense")
            : (layout, length);
    }

    /// <summary>Reads the header of a strand.</summary>
    /// <exception cref="PackedFileException">It is none.</exception>
    public static (StrandForm Form, int Length) ReadStrandHeader(ReadOnlySpan<byte> header)
    {
        var number = BinaryPrimitives.ReadUInt32LittleEndian(header);
        var (form, length) = ((StrandForm)(number >> 24), (int)(number & 0xFFFFFF));
        return form > StrandForm.Deflated || length > MaxLength
            ? throw PackedFileException.Damaged("a strand's header makes no sense")
            : (form, length);
    }

    private static Strand[] Strands(BlockLayout layout, ReadOnlySpan<byte> piece) => Array.ConvertAll(layout.Split(piece), Strand.From);

    private static int Length(Strand[] strands) => strands.Sum(strand => StrandHeaderSize + strand.Bytes.Length);

    private static byte[] Write(BlockLayout layout, Strand[] strands, int length)
    {
        var bytes = new byte[HeaderSize + Length(strands)];
        (bytes[0], bytes[1]) = ((byte)layout.Width, (byte)layout.Phase);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), length);
        var at = HeaderSize;
        foreach (var strand in strands)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), ((uint)strand.Form << 24) | (uint)strand.Bytes.Length);
            strand.Bytes.CopyTo(bytes, at + StrandHeaderSize);
            at += StrandHeaderSize + strand.Bytes.Length;
        }

        return bytes;
    }

    /// <summary>Bits that ideal codes for single bytes would take.</summary>
    private static double Estimate(byte[][] strands)
    {
        double bits = 0;
        Span<int> counts = stackalloc int[256];
        foreach (var strand in strands)
        {
            counts.Clear();
            foreach (var value in strand)
                counts[value]++;
            foreach (var count in counts)
                bits += count == 0 ? 0 : count * Math.Log2((double)strand.Length / count);
        }

        return bits;
    }
}
