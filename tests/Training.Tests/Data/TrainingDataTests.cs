using Lineup.Compression.Pictures;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Lineup.TestSupport;
using Lineup.Training.Data;

namespace Lineup.Training.Tests.Data;

public sealed class TrainingDataTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lineup-training-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_OfTrainAndTest_KeepsThemApart()
    {
        using var data = Open(Zip(("train/red/a.png", Red), ("train/blue/b.png", Blue), ("test/red/c.png", Red)));

        Assert.Equal([1, 0], data.Train.Classes!);
        Assert.Equal([0], data.Test!.Classes!);
        Assert.Equal([10, 10, 250], Pixel(data.Train, 0));
        Assert.Equal([250, 10, 10], Pixel(data.Test, 0));
    }

    [Fact]
    public void Open_WithoutTestFolder_LearnsFromAllAndTestsNothing()
    {
        using var data = Open(Zip(("red/a.png", Red), ("blue/b.png", Blue)));

        Assert.Equal(2, data.Train.Count);
        Assert.Null(data.Test);
    }

    [Fact]
    public void Open_OfUnreadableAndUnknown_LeavesThemOutAndSaysSo()
    {
        using var data = Open(Zip(("train/blue/a.png", "no picture"u8.ToArray()), ("train/green/b.png", Red), ("train/red/c.png", Red)));

        Assert.Equal([0], data.Train.Classes!);
        Assert.Equal("train/blue/a.png", Assert.Single(data.Unreadable).Path);
        Assert.Equal(new UnknownClass("green", 1), Assert.Single(data.Unknown));
    }

    [Fact]
    public void Open_WithoutLabels_TakesAllPictures()
    {
        using var data = TrainingData.Open(new() { Path = Zip(("a.png", Red), ("any/b.png", Blue)), Input = Input }, (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal(2, data.Train.Count);
        Assert.Null(data.Train.Classes);
    }

    [Fact]
    public void Open_WithLimit_TakesSameFewEveryTime()
    {
        var path = Zip([.. Enumerable.Range(0, 40).Select(i => ($"train/red/{i:00}.png", TestImages.Plain((byte)i, 0, 0, 8))), .. Enumerable.Range(0, 10).Select(i => ($"test/red/{i}.png", Red))]);

        using var one = Open(path, limit: 10);
        using var other = Open(path, limit: 10);

        Assert.Equal((10, 2), (one.Train.Count, one.Test!.Count));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => Pixel(one.Train, i)[0]), Enumerable.Range(0, 10).Select(i => Pixel(other.Train, i)[0]));
    }

    [Fact]
    public void Open_WithLittleMemory_DecodesRestWhenAsked()
    {
        using var data = Open(Zip(("red/a.png", Red), ("blue/b.png", Blue)), memoryBytes: 200);

        Assert.Equal(1, data.Train.Pictures.Kept);
        Assert.Equal([10, 10, 250], Pixel(data.Train, 0));
        Assert.Equal([250, 10, 10], Pixel(data.Train, 1));
    }

    [Fact]
    public void Open_OfNoKnownClass_SaysWhatFoldersAreToBeCalled()
    {
        var error = Assert.Throws<TrainingException>(() => Open(Zip(("green/a.png", Red))));

        Assert.Contains("called like the classes", error.Message);
    }

    [Fact]
    public void Open_OfNothing_SaysSo() => Assert.Throws<PictureSetException>(() => Open(Path.Combine(_folder, "none.zip")));

    private static byte[] Red => TestImages.Plain(250, 10, 10, 8);

    private static byte[] Blue => TestImages.Plain(10, 10, 250, 8);

    private static InputSpecification Input => new() { Width = 8, Height = 8 };

    private static byte[] Pixel(TrainingSet set, int index)
    {
        using var reader = new PictureReader(8);
        return set.Pictures.Get(index, reader).Pixels[..3];
    }

    private static TrainingData Open(string path, int? limit = null, long memoryBytes = 1 << 20) => TrainingData.Open(
        new() { Path = path, Labels = [new(null, "red"), new(null, "blue")], Input = Input, Limit = limit, MemoryBytes = memoryBytes },
        (_, _) => { },
        TestContext.Current.CancellationToken);

    private string Zip(params (string, byte[])[] files)
    {
        var path = Path.Combine(_folder, "pictures.zip");
        File.WriteAllBytes(path, TestArchive.Zip(files));
        return path;
    }
}
