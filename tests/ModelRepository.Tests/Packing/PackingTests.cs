using System.Buffers.Binary;
using System.Security.Cryptography;
using Lineup.ModelRepository.Packing;
using Lineup.ModelRepository.Pulling;

namespace Lineup.ModelRepository.Tests.Packing;

public sealed class PackingTests : IDisposable
{
    private const int BlockLength = 1 << 16;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(BlockLength - 1)]
    [InlineData(BlockLength)]
    [InlineData(BlockLength + 1)]
    [InlineData((3 * BlockLength) + 2)]
    public async Task UnpackAsync_OfWhatWasPacked_GivesTheSameBytes(int length)
    {
        foreach (var kind in Enum.GetValues<Content>())
        {
            var content = Make(kind, length, seed: length + (int)kind);

            var unpacked = await UnpackAsync(await PackAsync(content));

            Assert.True(content.AsSpan().SequenceEqual(unpacked), $"{kind} of {length} bytes came back changed");
        }
    }

    [Fact]
    public async Task UnpackAsync_OfRandomMixtures_GivesTheSameBytes()
    {
        var random = new Random(7);
        for (var round = 0; round < 60; round++)
        {
            var pieces = Enumerable.Range(0, random.Next(1, 6))
                .Select(_ => Make((Content)random.Next(Enum.GetValues<Content>().Length), random.Next(0, 40_000), random.Next()));
            byte[] content = [.. pieces.SelectMany(piece => piece)];

            var unpacked = await UnpackAsync(await PackAsync(content));

            Assert.True(content.AsSpan().SequenceEqual(unpacked), $"round {round} came back changed");
        }
    }

    [Theory]
    [InlineData(Content.SparseBytes, 0.56)]
    [InlineData(Content.SparseFloats, 0.5)]
    [InlineData(Content.Floats, 0.94)]
    [InlineData(Content.Zeros, 0.01)]
    public async Task PackAsync_OfNumbers_IsClearlySmallerThanDeflated(Content kind, double most)
    {
        var content = Make(kind, 300_001, seed: 1);
        _folder.Write("file", content);

        var packed = await PackAsync(content);

        var deflated = await FileMeasures.DeflatedBytesAsync(_folder["file"], _ => { }, Cancellation);
        Assert.InRange(packed.Length, 1, most * content.Length);
        Assert.True(packed.Length < deflated * 0.97 || kind == Content.Zeros, $"{packed.Length} bytes packed, {deflated} deflated");
    }

    [Fact]
    public async Task PackAsync_OfNoise_AddsNextToNothing()
    {
        var content = Make(Content.Noise, 500_000, seed: 2);

        var packed = await PackAsync(content);

        Assert.InRange(packed.Length, content.Length, content.Length + 200);
    }

    [Fact]
    public async Task UnpackAsync_OfAFileCutOffAnywhere_SaysSo()
    {
        var packed = await PackAsync(Make(Content.SparseFloats, 3000, seed: 3));

        for (var length = 0; length < packed.Length; length += 7)
            await Assert.ThrowsAsync<PackedFileException>(() => UnpackAsync(packed[..length]));
    }

    [Fact]
    public async Task UnpackAsync_WithAnyByteChanged_RefusesOrGivesTheSame()
    {
        var content = Make(Content.SparseBytes, 2000, seed: 4);
        var packed = await PackAsync(content);

        for (var at = 0; at < packed.Length; at++)
        {
            var changed = packed.ToArray();
            changed[at] ^= (byte)(1 + (at % 255));
            try
            {
                // Some bits of a deflated strand mean nothing.
                Assert.Equal(content, await UnpackAsync(changed));
            }
            catch (PackedFileException)
            {
            }
        }
    }

    [Fact]
    public async Task UnpackAsync_OfSomethingElse_SaysWhatItIsNot()
    {
        var error = await Assert.ThrowsAsync<PackedFileException>(() => UnpackAsync(Make(Content.Noise, 500, seed: 5)));

        Assert.Contains("no packed file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnpackAsync_OfAnotherVersion_SaysWhichItKnows()
    {
        var packed = await PackAsync(new byte[10]);
        packed[4] = 9;

        var error = await Assert.ThrowsAsync<PackedFileException>(() => UnpackAsync(packed));

        Assert.Contains("version 9", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnpackAsync_OfMoreThanAllowed_RefusesBeforeReadingOn()
    {
        var packed = await PackAsync(new byte[100_000]);

        var error = await Assert.ThrowsAsync<PackedFileException>(() => UnpackAsync(packed[..PackedHeader.Size], maxBytes: 99_999));

        Assert.Contains("most", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnpackAsync_WithBlocksThatHoldMoreThanTheHeaderSays_Refuses()
    {
        var packed = await PackAsync(new byte[100_000]);
        BinaryPrimitives.WriteInt64LittleEndian(packed.AsSpan(8), 80_000);

        await Assert.ThrowsAsync<PackedFileException>(() => UnpackAsync(packed));
    }

    [Fact]
    public async Task UnpackAsync_WithMoreBehindTheEnd_Refuses()
    {
        var packed = await PackAsync([1, 2, 3]);

        await Assert.ThrowsAsync<PackedFileException>(() => UnpackAsync([.. packed, 0]));
    }

    [Fact]
    public async Task PackedFiles_ThereAndBack_NameTheContentAndLeaveNothingElse()
    {
        var content = Make(Content.SparseFloats, 200_000, seed: 6);
        _folder.Write("model.onnx", content);

        var (bytes, sha256) = await PackedFiles.PackAsync(_folder["model.onnx"], _folder["model.onnx.packed"], _ => { }, Cancellation);
        var header = await PackedFiles.UnpackAsync(_folder["model.onnx.packed"], _folder["again.onnx"], content.Length, _ => { }, Cancellation);

        var packed = await File.ReadAllBytesAsync(_folder["model.onnx.packed"], Cancellation);
        Assert.Equal((packed.LongLength, Convert.ToHexStringLower(SHA256.HashData(packed))), (bytes, sha256));
        Assert.Equal(new(content.Length, Convert.ToHexStringLower(SHA256.HashData(content))), header);
        Assert.Equal(content, await File.ReadAllBytesAsync(_folder["again.onnx"], Cancellation));
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public async Task PackedFiles_OfADamagedFile_KeepsWhatWasThere()
    {
        _folder.Write("model.onnx.packed", [1, 2, 3]);
        _folder.Write("model.onnx", [7]);

        await Assert.ThrowsAsync<PackedFileException>(() =>
            PackedFiles.UnpackAsync(_folder["model.onnx.packed"], _folder["model.onnx"], 100, _ => { }, Cancellation));

        Assert.Equal([7], await File.ReadAllBytesAsync(_folder["model.onnx"], Cancellation));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    /// <summary>What tensors and other parts of files are like.</summary>
    public enum Content
    {
        Noise,
        Zeros,
        SparseBytes,
        SparseFloats,
        Floats,
        Text,
    }

    private static byte[] Make(Content kind, int length, int seed)
    {
        var random = new Random(seed);
        var content = new byte[length];
        switch (kind)
        {
            case Content.Noise:
                random.NextBytes(content);
                break;
            case Content.SparseBytes:
                for (var i = 0; i < length; i++)
                    content[i] = random.NextDouble() < 0.5 ? (byte)0 : (byte)(sbyte)Math.Clamp(Normal() * 25, -127, 127);
                break;
            case Content.SparseFloats or Content.Floats:
                for (var i = 1; i + 4 <= length; i += 4)
                    BinaryPrimitives.WriteSingleLittleEndian(content.AsSpan(i), kind == Content.Floats || random.NextDouble() < 0.5 ? Normal() : 0);
                break;
            case Content.Text:
                for (var i = 0; i < length; i++)
                    content[i] = "layer.weight"u8[i % 12];
                break;
        }

        return content;

        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble()));
    }

    private async Task<byte[]> PackAsync(byte[] content)
    {
        _folder.Write("content", content);
        using var packed = new MemoryStream();
        var bytes = await ModelPacker.PackAsync(_folder["content"], packed, _ => { }, Cancellation);
        Assert.Equal(packed.Length, bytes);
        return packed.ToArray();
    }

    private static async Task<byte[]> UnpackAsync(byte[] packed, long maxBytes = long.MaxValue)
    {
        using var target = new MemoryStream();
        await ModelUnpacker.UnpackAsync(new MemoryStream(packed), target, maxBytes, _ => { }, Cancellation);
        return target.ToArray();
    }
}
