using System.Formats.Tar;
using System.IO.Compression;
using Lineup.ModelRepository.Storage;
using Lineup.Training.Data;

namespace Lineup.Training.Tests.Data;

public sealed class CifarArchiveTests : IDisposable
{
    private const int RecordBytes = 3073;
    private static readonly string[] Classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
    private readonly string _folder = Directory.CreateTempSubdirectory("lineup-cifar-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_OfBinaryRelease_GivesPicturesAndClasses()
    {
        var path = Archive(("data_batch_2.bin", Record(9, 40)), ("data_batch_1.bin", [.. Record(3, 10), .. Record(4, 20)]), ("test_batch.bin", Record(5, 30)));

        using var data = Open(path);

        Assert.Equal([3, 4, 9], data.Train.Classes!);
        Assert.Equal([5], data.Test!.Classes!);
        using var reader = new PictureReader(32);
        Assert.Equal([30, 31, 32], data.Test.Pictures.Get(0, reader).Pixels[..3]);
    }

    [Fact]
    public void Read_OfHalfARecord_SaysWhichFile()
    {
        var path = Archive(("data_batch_1.bin", Record(3, 10)[..100]), ("test_batch.bin", Record(5, 30)));

        Assert.Contains("data_batch_1.bin", Assert.Throws<TrainingException>(() => Open(path)).Message);
    }

    [Fact]
    public void Read_OfClassBeyondLast_SaysFileIsDamaged()
    {
        var path = Archive(("data_batch_1.bin", Record(10, 10)), ("test_batch.bin", Record(5, 30)));

        Assert.Contains("class 10", Assert.Throws<TrainingException>(() => Open(path)).Message);
    }

    [Fact]
    public void Read_WithoutTestBatch_SaysWhatIsMissing()
    {
        var path = Archive(("data_batch_1.bin", Record(3, 10)));

        Assert.Contains("test_batch.bin", Assert.Throws<TrainingException>(() => Open(path)).Message);
    }

    [Fact]
    public void Read_OfNoArchive_SaysSo()
    {
        var path = Path.Combine(_folder, "cifar.tar.gz");
        File.WriteAllText(path, "not packed");

        Assert.Contains("cannot be read", Assert.Throws<TrainingException>(() => Open(path)).Message);
    }

    [Fact]
    public void Read_ForOtherClasses_Refuses()
    {
        var path = Archive(("data_batch_1.bin", Record(3, 10)), ("test_batch.bin", Record(5, 30)));

        Assert.Contains("others", Assert.Throws<TrainingException>(() => Open(path, "truck", "ship")).Message);
    }

    private static TrainingData Open(string path, params string[] classes) => TrainingData.Open(
        new()
        {
            Path = path,
            Labels = [.. (classes.Length > 0 ? classes : Classes).Select(name => new ClassLabel(null, name))],
            Input = new() { Width = 32, Height = 32 },
        },
        (_, _) => { },
        TestContext.Current.CancellationToken);

    /// <summary>A record whose planes are filled with first, first + 1 and first + 2.</summary>
    private static byte[] Record(byte label, byte first)
    {
        var record = new byte[RecordBytes];
        record[0] = label;
        for (var plane = 0; plane < 3; plane++)
            record.AsSpan(1 + (plane * 1024), 1024).Fill((byte)(first + plane));
        return record;
    }

    private string Archive(params (string Name, byte[] Content)[] batches)
    {
        var path = Path.Combine(_folder, "cifar-10-binary.tar.gz");
        using var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        using var archive = new TarWriter(packed);
        foreach (var (name, content) in batches)
            archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"cifar-10-batches-bin/{name}") { DataStream = new MemoryStream(content) });
        return path;
    }
}
