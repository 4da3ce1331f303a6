using System.Text.Json;
using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Storage;

/// <summary>Writes small files so that a reader sees the old content or the new one, never half of it.</summary>
public static class AtomicFile
{
    /// <summary>Writes a manifest as JSON to <paramref name="path"/>; its folder must exist.</summary>
    /// <exception cref="IOException">It could not be written; the old content is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static Task WriteJsonAsync<T>(string path, T manifest, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Options);
        return WriteAsync(path, (byte[])[.. json, (byte)'\n'], cancellationToken);
    }

    /// <summary>Writes <paramref name="content"/> to <paramref name="path"/>; its folder must exist.</summary>
    /// <exception cref="IOException">It could not be written; the old content is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        // The temporary file lies beside its target, since only a rename within a file system is atomic.
        var temporary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await stream.WriteAsync(content, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
