using System.IO.Compression;

namespace Lineup.Cli.Remote;

/// <summary>A zip archive on its way to a server: the file as it is, or a folder packed into a temporary one that goes when this is disposed.</summary>
internal sealed class SentArchive : IAsyncDisposable
{
    private SentArchive(string name, FileStream content) => (Name, Content) = (name, content);

    public string Name { get; }

    public FileStream Content { get; }

    /// <exception cref="RemoteException">There is no such file or folder, or it cannot be read.</exception>
    public static SentArchive Open(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        try
        {
            return Directory.Exists(path) ? new($"{name}.zip", Pack(path)) : new(name, File.OpenRead(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RemoteException($"{path} cannot be read: {error.Message}", error);
        }
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();

    private static FileStream Pack(string folder)
    {
        var file = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        try
        {
            // Pictures are compressed already.
            ZipFile.CreateFromDirectory(folder, file, CompressionLevel.NoCompression, includeBaseDirectory: false);
            file.Position = 0;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
