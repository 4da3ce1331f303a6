using System.Buffers.Binary;
using Lineup.ModelRepository;

namespace Lineup.Compression.Pictures;

/// <summary>
/// Looks at the end of a zip archive before anything else of it is read. Opening one makes an object of each entry, and an archive may
/// hold as many as 46 bytes of its directory can name: a stranger's has to be measured first.
/// Layout: PKWARE's APPNOTE.TXT, 4.3.14 to 4.3.16.
/// </summary>
public static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint WideEndSignature = 0x06064b50;
    private const uint WideLocatorSignature = 0x07064b50;
    private const int EndBytes = 22;
    private const int WideEndBytes = 56;
    private const int WideLocatorBytes = 20;
    private const int LongestComment = ushort.MaxValue;

    /// <summary>What an entry takes in the directory, with a name of ample length.</summary>
    private const int AmpleEntryBytes = 46 + 210;

    /// <summary>Checks that an archive has no more than <paramref name="maxEntries"/> entries, by its own word and by its size.</summary>
    /// <exception cref="PictureSetException">It has, or it is no zip archive, or one that is cut off.</exception>
    public static void Check(string path, int maxEntries)
    {
        using var file = File.OpenRead(path);
        var name = Path.GetFileName(path);
        var ends = ReadEnds(file).ToList();
        if (ends.Count == 0)
            throw new PictureSetException($"{name} is no zip archive, or one that is cut off: its end is missing");
        foreach (var end in ends)
        {
            if (end.DirectoryStart < 0 || end.DirectoryStart > end.DirectoryEnd)
                throw new PictureSetException($"{name} is a damaged zip archive: its directory does not lie where it says");
            if (end.Entries > maxEntries)
                throw new PictureSetException($"{name} holds {end.Entries} files, where {maxEntries} are the most: send fewer");

            // The number is only the archive's word, but no entry is named outside of this stretch.
            var bytes = end.DirectoryEnd - end.DirectoryStart;
            if (bytes > (long)maxEntries * AmpleEntryBytes)
                throw new PictureSetException($"the directory of {name} takes {ByteSize.Format(bytes)}, too much for {maxEntries} files: send fewer");
        }
    }

    /// <summary>What the record at the end says and, for archives of 4 GiB or 65,535 entries, the wider one in front of it.</summary>
    private static IEnumerable<End> ReadEnds(FileStream file)
    {
        var tail = new byte[(int)Math.Min(file.Length, EndBytes + LongestComment)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        var at = tail.Length - EndBytes;
        while (at >= 0 && BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at)) != EndSignature)
            at--;
        if (at < 0)
            yield break;

        var position = file.Length - tail.Length + at;
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10));
        var start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16));
        var wide = ReadWide(file, position);
        if (wide is { } other)
            yield return other;

        // All ones stand for "see the wider record".
        if (wide is null || start != uint.MaxValue)
            yield return new(entries, start, position);
    }

    private static End? ReadWide(FileStream file, long endPosition)
    {
        Span<byte> locator = stackalloc byte[WideLocatorBytes];
        if (!TryRead(file, endPosition - WideLocatorBytes, locator) || BinaryPrimitives.ReadUInt32LittleEndian(locator) != WideLocatorSignature)
            return null;

        var position = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        Span<byte> end = stackalloc byte[WideEndBytes];
        return TryRead(file, position, end) && BinaryPrimitives.ReadUInt32LittleEndian(end) == WideEndSignature
            ? new(BinaryPrimitives.ReadInt64LittleEndian(end[32..]), BinaryPrimitives.ReadInt64LittleEndian(end[48..]), position)
            : null;
    }

    private static bool TryRead(FileStream file, long position, Span<byte> bytes)
    {
        if (position < 0 || position > file.Length - bytes.Length)
            return false;
        file.Seek(position, SeekOrigin.Begin);
        file.ReadExactly(bytes);
        return true;
    }

    private readonly record struct End(long Entries, long DirectoryStart, long DirectoryEnd);
}
