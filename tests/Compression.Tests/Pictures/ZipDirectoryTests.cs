using System.Buffers.Binary;
using Lineup.Compression.Pictures;
using Lineup.TestSupport;

namespace Lineup.Compression.Tests.Pictures;

public sealed class ZipDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lineup-zip-");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public void Check_AsManyFilesAsAreAllowed_Passes(int files) => ZipDirectory.Check(Write(Archive(files)), 10);

    [Fact]
    public void Check_OneFileMore_IsRefusedWithBothNumbers()
    {
        var refusal = Assert.Throws<PictureSetException>(() => ZipDirectory.Check(Write(Archive(11)), 10));

        Assert.Equal("a.zip holds 11 files, where 10 are the most: send fewer", refusal.Message);
    }

    [Fact]
    public void Check_ArchiveSaysItHasFewer_IsRefusedForItsSize()
    {
        var archive = Archive(1000);
        BinaryPrimitives.WriteUInt16LittleEndian(archive.AsSpan(archive.Length - 12), 3);

        var refusal = Assert.Throws<PictureSetException>(() => ZipDirectory.Check(Write(archive), 10));

        Assert.Contains("too much for 10 files", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WideRecord_IsCountedByIt()
    {
        // 65,536 entries are one more than the narrow record can say.
        var path = Write(Archive(65_536));

        ZipDirectory.Check(path, 65_536);

        Assert.Throws<PictureSetException>(() => ZipDirectory.Check(path, 65_535));
    }

    [Fact]
    public void Check_CommentAfterTheEnd_FindsTheEnd()
    {
        var archive = Archive(2);
        BinaryPrimitives.WriteUInt16LittleEndian(archive.AsSpan(archive.Length - 2), 5);

        ZipDirectory.Check(Write([.. archive, .. "hello"u8]), 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(21)]
    [InlineData(5000)]
    public void Check_NoArchive_IsRefused(int bytes) =>
        Assert.Contains("no zip archive", Assert.Throws<PictureSetException>(() => ZipDirectory.Check(Write(new byte[bytes]), 10)).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_DirectoryBeyondTheEnd_IsRefused()
    {
        var archive = Archive(2);
        BinaryPrimitives.WriteUInt32LittleEndian(archive.AsSpan(archive.Length - 6), 1_000_000);

        Assert.Contains("damaged", Assert.Throws<PictureSetException>(() => ZipDirectory.Check(Write(archive), 10)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static byte[] Archive(int files) => TestArchive.Zip(Enumerable.Range(0, files).Select(i => ($"{i}.png", Array.Empty<byte>())));

    private string Write(byte[] archive)
    {
        var path = Path.Combine(_folder.FullName, "a.zip");
        File.WriteAllBytes(path, archive);
        return path;
    }
}
