using System.Buffers.Binary;
using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Packing;

/// <summary>
/// The first <see cref="Size"/> bytes of a packed file: four letters, the version, three zeros, the size of the file inside (64 bits,
/// little-endian like all numbers here) and its SHA-256. docs/packed-format.md describes what follows.
/// </summary>
/// <param name="Bytes">Size of the file inside.</param>
/// <param name="Sha256">SHA-256 of the file inside, 64 lower-case hexadecimal digits.</param>
public sealed record PackedHeader(long Bytes, string Sha256)
{
    /// <summary>Bytes that the header takes.</summary>
    public const int Size = 48;

    private const byte Version = 1;

    private static ReadOnlySpan<byte> Letters => "LUPK"u8;

    internal void Write(Span<byte> target)
    {
        target.Clear();
        Letters.CopyTo(target);
        target[4] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], Bytes);
        Convert.FromHexString(Sha256).CopyTo(target[16..]);
    }

    /// <exception cref="PackedFileException">It is no header, or of a version that is not known.</exception>
    internal static PackedHeader Read(ReadOnlySpan<byte> source)
    {
        if (!source.StartsWith(Letters))
            throw new PackedFileException("it is no packed file: it does not begin with LUPK");
        if (source[4] != Version)
            throw new PackedFileException($"the packed file has version {source[4]}: this version of Lineup knows {Version} alone");
        var bytes = BinaryPrimitives.ReadInt64LittleEndian(source[8..]);
        return source[5..8].ContainsAnyExcept((byte)0) || bytes < 0
            ? throw PackedFileException.Damaged("its header makes no sense")
            : new(bytes, ManifestHash.Format(source[16..Size]));
    }
}
