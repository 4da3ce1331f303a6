using System.IO.Compression;

namespace Lineup.ModelRepository.Packing;

/// <summary>One strand of a block as it lies in the file.</summary>
/// <param name="Form">How its bytes are to be read.</param>
/// <param name="Bytes">Its bytes.</param>
internal readonly record struct Strand(StrandForm Form, byte[] Bytes)
{
    // Two ways to deflate, both plain deflate to the reader: numbers have few repetitions, and looking for them makes Huffman codes worse.
    private static readonly ZLibCompressionOptions[] Ways =
    [
        new() { CompressionLevel = 9 },
        new() { CompressionLevel = 9, CompressionStrategy = ZLibCompressionStrategy.HuffmanOnly },
    ];

    /// <summary>The shortest form of some bytes.</summary>
    public static Strand From(byte[] bytes)
    {
        var best = new Strand(StrandForm.Stored, bytes);
        foreach (var way in bytes.Length == 0 ? [] : Ways)
        {
            using var packed = new MemoryStream();
            using (var deflate = new DeflateStream(packed, way, leaveOpen: true))
                deflate.Write(bytes);
            if (packed.Length < best.Bytes.Length)
                best = new(StrandForm.Deflated, packed.ToArray());
        }

        return best;
    }

    /// <exception cref="PackedFileException">It does not hold exactly so many bytes.</exception>
    public byte[] Read(int length)
    {
        if (Form == StrandForm.Stored)
            return Bytes.Length == length ? Bytes : throw PackedFileException.Damaged("a strand has a wrong length");
        var bytes = new byte[length];
        try
        {
            using var inflate = new DeflateStream(new MemoryStream(Bytes), CompressionMode.Decompress);
            var read = inflate.ReadAtLeast(bytes, length, throwOnEndOfStream: false);
            if (read == length && inflate.ReadByte() < 0)
                return bytes;
        }
        catch (InvalidDataException exception)
        {
            throw new PackedFileException("the packed file is damaged (a strand cannot be inflated)", exception);
        }

        throw PackedFileException.Damaged("a strand has a wrong length");
    }
}

/// <summary>How the bytes of a strand are written.</summary>
internal enum StrandForm
{
    /// <summary>As they are.</summary>
    Stored = 0,

    /// <summary>Deflated (RFC 1951).</summary>
    Deflated = 1,
}
