using System.IO.Compression;

namespace Lineup.TestSupport;

/// <summary>Zip archives of pictures.</summary>
public static class TestArchive
{
    /// <summary>An archive with these files, stored as they are.</summary>
    public static byte[] Zip(params IEnumerable<(string Path, byte[] Content)> files)
    {
        using var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var stream = archive.CreateEntry(path, CompressionLevel.NoCompression).Open();
                stream.Write(content);
            }
        }

        return memory.ToArray();
    }

    /// <summary>So many plain pictures of each colour that <see cref="TinyModel"/> knows, in folders called like its classes.</summary>
    public static byte[] Colours(int each = 4) => Zip(Enumerable.Range(0, each).SelectMany(i => new[]
    {
        ($"red/{i}.png", TestImages.Plain((byte)(250 - i), 10, 10)),
        ($"green/{i}.png", TestImages.Plain(10, (byte)(250 - i), 10)),
        ($"blue/{i}.png", TestImages.Plain(10, 10, (byte)(250 - i))),
    }));
}
