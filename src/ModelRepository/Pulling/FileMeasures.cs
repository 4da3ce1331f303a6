using System.IO.Compression;
using System.Security.Cryptography;
using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Pulling;

/// <summary>Measures of a file that take reading it whole.</summary>
public static class FileMeasures
{
    /// <summary>The SHA-256 of a file.</summary>
    public static async Task<string> Sha256Async(string path, Action<long> progressed, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await ReadAsync(path, chunk => hash.AppendData(chunk.Span), progressed, cancellationToken);
        return ManifestHash.Format(hash.GetCurrentHash());
    }

    /// <summary>The size in bytes of a file after deflate (zlib at its smallest), which tells how much of it is redundant.</summary>
    public static async Task<long> DeflatedBytesAsync(string path, Action<long> progressed, CancellationToken cancellationToken)
    {
        var counter = new CountingStream();
        await using (var deflate = new ZLibStream(counter, CompressionLevel.SmallestSize))
            await ReadAsync(path, chunk => deflate.Write(chunk.Span), progressed, cancellationToken);
        return counter.Count;
    }

    private static async Task ReadAsync(
        string path, Action<ReadOnlyMemory<byte>> chunk, Action<long> progressed, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            chunk(buffer.AsMemory(0, read));
            progressed(stream.Position);
        }
    }

    /// <summary>Swallows what is written and counts it.</summary>
    private sealed class CountingStream : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Count;

        public override long Position { get => Count; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Count += count;

        public override void Write(ReadOnlySpan<byte> buffer) => Count += buffer.Length;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
