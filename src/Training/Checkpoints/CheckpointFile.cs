using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Lineup.ModelRepository.Storage;

namespace Lineup.Training.Checkpoints;

/// <summary>
/// A checkpoint in one file: eight bytes "LINEUPCK", the length of a JSON header in four bytes, the header, the numbers of all tensors as
/// float32 in the header's order, and the SHA-256 of everything before. All little endian. It is written whole or not at all.
/// </summary>
internal static class CheckpointFile
{
    private static ReadOnlySpan<byte> Magic => "LINEUPCK"u8;

    private const int FrameBytes = 8 + sizeof(int);

    public static Task WriteAsync(Checkpoint checkpoint, string path, CancellationToken cancellationToken)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new Header(
            1, checkpoint.Run, checkpoint.Epoch, checkpoint.Step, checkpoint.Sums, checkpoint.Averaged, Entries(checkpoint.Tensors), Entries(checkpoint.Means)));
        float[][] numbers = [.. checkpoint.Tensors.Values, .. checkpoint.Means.Values];
        var content = new byte[FrameBytes + header.Length + numbers.Sum(one => one.Length * sizeof(float)) + SHA256.HashSizeInBytes];

        Magic.CopyTo(content);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(Magic.Length), header.Length);
        header.CopyTo(content, FrameBytes);
        var at = FrameBytes + header.Length;
        foreach (var one in numbers)
        {
            MemoryMarshal.AsBytes(one.AsSpan()).CopyTo(content.AsSpan(at));
            at += one.Length * sizeof(float);
        }

        SHA256.HashData(content.AsSpan(0, at), content.AsSpan(at));
        return AtomicFile.WriteAsync(path, content, cancellationToken);
    }

    /// <exception cref="TrainingException">There is none, or it is damaged.</exception>
    public static Checkpoint Read(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"the checkpoint {path} cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }

        var end = content.Length - SHA256.HashSizeInBytes;
        if (end < FrameBytes || !content.AsSpan().StartsWith(Magic) || !SHA256.HashData(content.AsSpan(0, end)).AsSpan().SequenceEqual(content.AsSpan(end)))
            throw new TrainingException($"{path} is no checkpoint, or a damaged one: begin anew without --resume");

        var length = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(Magic.Length));
        var header = JsonSerializer.Deserialize<Header>(content.AsSpan(FrameBytes, length));
        if (header is not { Schema: 1 })
            throw new TrainingException($"{path} was written by another version of Lineup: begin anew without --resume");
        var rest = content.AsSpan(FrameBytes + length, end - FrameBytes - length);
        return new()
        {
            Run = header.Run,
            Epoch = header.Epoch,
            Step = header.Step,
            Sums = header.Sums,
            Averaged = header.Averaged,
            Tensors = Take(header.Tensors, ref rest),
            Means = Take(header.Means, ref rest),
        };
    }

    private static Entry[] Entries(IReadOnlyDictionary<string, float[]> tensors) => [.. tensors.Select(pair => new Entry(pair.Key, pair.Value.Length))];

    private static Dictionary<string, float[]> Take(Entry[] entries, ref Span<byte> rest)
    {
        var tensors = new Dictionary<string, float[]>();
        foreach (var entry in entries)
        {
            tensors.Add(entry.Name, MemoryMarshal.Cast<byte, float>(rest[..(entry.Length * sizeof(float))]).ToArray());
            rest = rest[(entry.Length * sizeof(float))..];
        }

        return tensors;
    }

    private sealed record Header(int Schema, string Run, int Epoch, int Step, EpochSums Sums, long Averaged, Entry[] Tensors, Entry[] Means);

    private sealed record Entry(string Name, int Length);
}
