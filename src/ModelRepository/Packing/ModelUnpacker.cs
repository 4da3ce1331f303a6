using System.Security.Cryptography;
using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Packing;

/// <summary>
/// Unpacks what <see cref="ModelPacker"/> packed, block by block as it comes in, and trusts nothing of it: every length is bounded before
/// memory is taken, and what comes out has the hash that the header promises, or an error comes instead. Any thread may call it.
/// </summary>
public static class ModelUnpacker
{
    /// <summary>Unpacks a file or a download.</summary>
    /// <param name="packed">The packed file, from its first byte to its end.</param>
    /// <param name="target">Takes the file inside. Only after a return without exception is what is in it to be trusted.</param>
    /// <param name="maxBytes">The most bytes the file inside may have.</param>
    /// <param name="progressed">Told how many bytes of the file inside are done.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>What the file inside is.</returns>
    /// <exception cref="PackedFileException">It is no packed file, a damaged one, or too large.</exception>
    /// <exception cref="IOException">The packed file cannot be read or the target cannot be written.</exception>
    public static async Task<PackedHeader> UnpackAsync(
        Stream packed, Stream target, long maxBytes, Action<long> progressed, CancellationToken cancellationToken)
    {
        var start = new byte[PackedHeader.Size];
        await ReadAsync(packed, start, cancellationToken);
        var header = PackedHeader.Read(start);
        if (header.Bytes > maxBytes)
            throw new PackedFileException($"the packed file holds {ByteSize.Format(header.Bytes)} where {ByteSize.Format(maxBytes)} are the most");

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long done = 0; done < header.Bytes;)
        {
            var piece = await ReadBlockAsync(packed, header.Bytes - done, cancellationToken);
            hash.AppendData(piece);
            await target.WriteAsync(piece, cancellationToken);
            done += piece.Length;
            progressed(done);
        }

        if (ManifestHash.Format(hash.GetCurrentHash()) != header.Sha256)
            throw PackedFileException.Damaged("its content has another sha256 than it says");
        return await packed.ReadAsync(new byte[1], cancellationToken) == 0
            ? header
            : throw PackedFileException.Damaged("it goes on behind its end");
    }

    private static async Task<byte[]> ReadBlockAsync(Stream packed, long most, CancellationToken cancellationToken)
    {
        var header = new byte[Block.HeaderSize];
        await ReadAsync(packed, header, cancellationToken);
        var (layout, length) = Block.ReadHeader(header);
        if (length > most)
            throw PackedFileException.Damaged("its blocks hold more than its header says");

        var strands = new byte[layout.Strands][];
        for (var i = 0; i < strands.Length; i++)
        {
            await ReadAsync(packed, header.AsMemory(0, Block.StrandHeaderSize), cancellationToken);
            var (form, size) = Block.ReadStrandHeader(header);
            var bytes = new byte[size];
            await ReadAsync(packed, bytes, cancellationToken);
            strands[i] = new Strand(form, bytes).Read(layout.StrandLength(i, length, strands[0]));
            if (i == 0 && layout.Width > 0 && !layout.HasCleanBits(length, strands[0]))
                throw PackedFileException.Damaged("a block marks elements behind its end");
        }

        var piece = new byte[length];
        layout.Join(strands, piece);
        return piece;
    }

    private static async Task ReadAsync(Stream packed, Memory<byte> target, CancellationToken cancellationToken)
    {
        if (await packed.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, cancellationToken) < target.Length)
            throw PackedFileException.CutOff();
    }
}
