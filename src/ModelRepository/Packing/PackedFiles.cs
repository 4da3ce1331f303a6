using System.Security.Cryptography;
using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Packing;

/// <summary>Packs and unpacks from file to file: the target gets its name when it is whole, and keeps its old content otherwise.</summary>
public static class PackedFiles
{
    /// <summary>Packs a file.</summary>
    /// <returns>Size and SHA-256 of the packed file.</returns>
    /// <exception cref="IOException">One of the files cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">One of the files may not be read or written.</exception>
    public static async Task<(long Bytes, string Sha256)> PackAsync(
        string source, string target, Action<long> progressed, CancellationToken cancellationToken) =>
        await WriteAsync(target, async stream =>
        {
            var bytes = await ModelPacker.PackAsync(source, stream, progressed, cancellationToken);
            stream.Position = 0;
            return (bytes, ManifestHash.Format(await SHA256.HashDataAsync(stream, cancellationToken)));
        });

    /// <summary>Unpacks a file.</summary>
    /// <param name="packed">The packed file.</param>
    /// <param name="target">Where the file inside is to lie.</param>
    /// <param name="maxBytes">The most bytes it may have.</param>
    /// <param name="progressed">Told how many bytes of the packed file are done.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="PackedFileException">It is no packed file, a damaged one, or too large.</exception>
    /// <exception cref="IOException">One of the files cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">One of the files may not be read or written.</exception>
    public static async Task<PackedHeader> UnpackAsync(
        string packed, string target, long maxBytes, Action<long> progressed, CancellationToken cancellationToken)
    {
        await using var source = new FileStream(packed, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        return await WriteAsync(target, async stream =>
            await ModelUnpacker.UnpackAsync(source, stream, maxBytes, _ => progressed(source.Position), cancellationToken));
    }

    private static async Task<T> WriteAsync<T>(string target, Func<FileStream, Task<T>> write)
    {
        // Beside its target, since only a rename within a file system is atomic.
        var temporary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(target))!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            T result;
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, useAsync: true))
            {
                result = await write(stream);
                await stream.FlushAsync(CancellationToken.None);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
            return result;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
