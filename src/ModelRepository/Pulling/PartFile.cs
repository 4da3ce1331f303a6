using System.Security.Cryptography;
using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Pulling;

/// <summary>What came so far of a file, with its hash at hand. It outlives the process, so that a later pull goes on from there.</summary>
internal sealed class PartFile : IAsyncDisposable
{
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private PartFile(FileStream stream) => _stream = stream;

    public long Length { get; private set; }

    /// <summary>Opens or begins the part at <paramref name="path"/> and hashes what is there.</summary>
    /// <exception cref="PullException">Another process has it open, or the disk says no.</exception>
    public static async Task<PartFile> OpenAsync(string path, Action<long> hashed, CancellationToken cancellationToken)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, useAsync: true);
        }
        catch (IOException exception) when (StorageFailure.IsInUse(exception))
        {
            throw PullFolder.Busy(exception);
        }

        var part = new PartFile(stream);
        try
        {
            var buffer = new byte[128 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                part._hash.AppendData(buffer, 0, read);
                part.Length += read;
                hashed(part.Length);
            }

            return part;
        }
        catch
        {
            await part.DisposeAsync();
            throw;
        }
    }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // The position is set each time: a write that failed half-way (disk full) may have moved it.
        _stream.Position = Length;
        await _stream.WriteAsync(bytes, cancellationToken);
        _hash.AppendData(bytes.Span);
        Length += bytes.Length;
    }

    /// <summary>Forgets everything that came so far; a part that is empty in the end leaves no file.</summary>
    public void Restart()
    {
        _stream.SetLength(0);
        _hash.GetHashAndReset();
        Length = 0;
    }

    public string Sha256() => ManifestHash.Format(_hash.GetCurrentHash());

    /// <summary>Brings the bytes to the disk itself, before a name says that they are complete.</summary>
    public void Flush() => _stream.Flush(flushToDisk: true);

    public async ValueTask DisposeAsync()
    {
        // Deleted while it is open and locked, so that no other process can have begun to write it.
        if (Length == 0)
            File.Delete(_stream.Name);
        await _stream.DisposeAsync();
        _hash.Dispose();
    }
}
