using System.IO.Compression;
using Lineup.Compression.Pictures;

namespace Lineup.Compression.Tests.Pictures;

/// <summary>A folder of pictures of a test's own, or a zip archive of them; gone with the test.</summary>
internal sealed class PictureFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lineup-pictures-").FullName;

    public PictureFolder Add(string name, params byte[] content)
    {
        var path = System.IO.Path.Combine([Path, .. name.Split('/')]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return this;
    }

    public PictureSet Open() => PictureSet.Open(Path, new());

    /// <summary>A zip archive beside the folder, with entries in reverse order.</summary>
    public string Zip()
    {
        var path = Path + ".zip";
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).OrderDescending(StringComparer.Ordinal))
            archive.CreateEntryFromFile(file, System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/'));
        return path;
    }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        File.Delete(Path + ".zip");
    }
}
