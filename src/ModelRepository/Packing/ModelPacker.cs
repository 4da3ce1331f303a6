using System.Security.Cryptography;
using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Packing;

/// <summary>
/// Packs files for transport, without loss: a pruned or quantized model to clearly less than deflate alone brings it to, since zeros take a
/// bit each and numbers are sorted by their bytes first. It knows nothing of ONNX, works for every file, needs little memory, and
/// uses all cores. Any thread may call it.
/// </summary>
public static class ModelPacker
{
    /// <summary>What names of packed files end in.</summary>
    public const string Extension = ".packed";

    /// <summary>Packs a file.</summary>
    /// <param name="source">The file; it is read twice, and must not change meanwhile.</param>
    /// <param name="target">Takes the packed file; it need not be able to seek.</param>
    /// <param name="progressed">Told how many bytes of the source are done.</param>
    /// <param name="cancellationToken">Ends the attempt; what is in the target is then no packed file.</param>
    /// <returns>Size of the packed file in bytes.</returns>
    /// <exception cref="IOException">The source cannot be read or changed meanwhile, or the target cannot be written.</exception>
    public static async Task<long> PackAsync(string source, Stream target, Action<long> progressed, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        var header = new PackedHeader(stream.Length, ManifestHash.Format(await SHA256.HashDataAsync(stream, cancellationToken)));
        var bytes = new byte[PackedHeader.Size];
        header.Write(bytes);
        await target.WriteAsync(bytes, cancellationToken);

        long written = bytes.Length;
        stream.Position = 0;
        var pieces = new byte[Environment.ProcessorCount][];
        for (var left = header.Bytes; left > 0;)
        {
            var count = 0;
            for (; count < pieces.Length && left > 0; count++)
            {
                pieces[count] = new byte[Math.Min(left, Block.MaxLength)];
                await stream.ReadExactlyAsync(pieces[count], cancellationToken);
                left -= pieces[count].Length;
            }

            var blocks = new byte[count][];
            Parallel.For(0, count, new() { CancellationToken = cancellationToken }, i => blocks[i] = Block.Encode(pieces[i]));
            foreach (var block in blocks)
            {
                await target.WriteAsync(block, cancellationToken);
                written += block.Length;
            }

            progressed(header.Bytes - left);
        }

        return written;
    }

    /// <summary>How large a file is when it is packed, in bytes.</summary>
    public static Task<long> MeasureAsync(string source, Action<long> progressed, CancellationToken cancellationToken) =>
        PackAsync(source, Stream.Null, progressed, cancellationToken);
}
