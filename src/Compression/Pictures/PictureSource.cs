using System.IO.Compression;

namespace Lineup.Compression.Pictures;

/// <summary>Where a set's files lie. Any thread may read.</summary>
internal interface IPictureSource : IDisposable
{
    /// <summary>Paths of all files with forward slashes, in an order of the source's own.</summary>
    IReadOnlyList<string> Paths { get; }

    /// <summary>The whole of a file, unless it has more than <paramref name="maxBytes"/>.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    PictureContent Read(int index, int maxBytes);
}

internal sealed class FolderSource : IPictureSource
{
    // Data sets are often made of links, so links are followed; the depth keeps one that leads back up from being followed for ever.
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, MaxRecursionDepth = 16 };

    private readonly string _root;

    public FolderSource(string root)
    {
        _root = root;
        Paths = [.. Directory.EnumerateFiles(root, "*", Everything).Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))];
    }

    public IReadOnlyList<string> Paths { get; }

    public PictureContent Read(int index, int maxBytes)
    {
        using var stream = File.OpenRead(Path.Combine(_root, Paths[index]));
        return BoundedReader.Read(stream, stream.Length, maxBytes);
    }

    public void Dispose()
    {
    }
}

internal sealed class ZipSource : IPictureSource
{
    private readonly ZipArchive _archive;
    private readonly List<ZipArchiveEntry> _entries;
    private readonly Lock _gate = new();

    /// <exception cref="InvalidDataException">The file is no zip archive, or a damaged one.</exception>
    public ZipSource(string path)
    {
        _archive = ZipFile.OpenRead(path);
        try
        {
            _entries = [.. _archive.Entries.Where(entry => entry.Name.Length > 0)];
        }
        catch
        {
            _archive.Dispose();
            throw;
        }

        Paths = [.. _entries.Select(entry => entry.FullName.Replace('\\', '/'))];
    }

    public IReadOnlyList<string> Paths { get; }

    public PictureContent Read(int index, int maxBytes)
    {
        // One stream lies under all entries. Inflating a picture takes a hundredth of what decoding and running it do.
        lock (_gate)
        {
            using var stream = _entries[index].Open();
            return BoundedReader.Read(stream, _entries[index].Length, maxBytes);
        }
    }

    public void Dispose() => _archive.Dispose();
}

/// <summary>Reads as much as was announced and never more than is allowed, whatever an archive's directory says.</summary>
internal static class BoundedReader
{
    public static PictureContent Read(Stream stream, long announced, int maxBytes)
    {
        if (announced > maxBytes)
            return new(null, $"it has {announced} bytes; at most {maxBytes} are read");

        var bytes = new byte[announced];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read == bytes.Length && stream.ReadByte() < 0)
            return new(bytes, null);
        return new(null, $"its length is not the {announced} bytes that were announced");
    }
}
