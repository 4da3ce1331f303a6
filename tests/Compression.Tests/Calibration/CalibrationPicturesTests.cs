using Lineup.Compression.Calibration;
using Lineup.Compression.Pictures;
using Lineup.Compression.Tests.Pictures;
using Lineup.TestSupport;

namespace Lineup.Compression.Tests.Calibration;

public sealed class CalibrationPicturesTests
{
    [Fact]
    public void Load_SetWithAnUnreadablePicture_LeavesItOutAndSaysWhy()
    {
        using var folder = new PictureFolder()
            .Add("a.png", TestImages.Plain(1, 2, 3))
            .Add("b.png", 1, 2, 3)
            .Add("c.png", TestImages.Plain(4, 5, 6));
        using var set = folder.Open();

        var pictures = CalibrationPictures.Load(set, CalibrationScene.Input(8), null, CancellationToken.None);

        Assert.Equal(2, pictures.Count);
        Assert.Equal("b.png", Assert.Single(pictures.Unreadable).Path);
    }

    [Fact]
    public void Load_NothingReadable_IsRefused()
    {
        using var folder = new PictureFolder().Add("b.png", 1, 2, 3);
        using var set = folder.Open();

        Assert.Throws<PictureSetException>(() => CalibrationPictures.Load(set, CalibrationScene.Input(8), null, CancellationToken.None));
    }

    [Fact]
    public void Load_LimitBelowOne_IsRefusedAsTheCallersMistake()
    {
        using var folder = new PictureFolder().Add("a.png", TestImages.Plain(1, 2, 3));
        using var set = folder.Open();

        Assert.Throws<ArgumentOutOfRangeException>(() =>
            CalibrationPictures.Load(set, CalibrationScene.Input(8), 0, CancellationToken.None));
    }

    [Fact]
    public void Take_Fewer_SpreadsThemEvenly()
    {
        var pictures = CalibrationScene.Pictures(8, count: 6);

        var taken = pictures.Take(3).Tensors();

        var all = pictures.Tensors();
        Assert.Equal([all[0], all[2], all[4]], taken);
    }

    [Fact]
    public void ForEach_WorkThrows_ThrowsThatAndStops()
    {
        var pictures = CalibrationScene.Pictures(8, count: 12);

        var error = Assert.Throws<InvalidDataException>(() =>
            pictures.ForEach((i, _) => throw new InvalidDataException($"picture {i}"), CancellationToken.None));

        Assert.StartsWith("picture", error.Message);
    }

    [Fact]
    public void ForEach_Cancelled_Stops()
    {
        var pictures = CalibrationScene.Pictures(8);
        using var source = new CancellationTokenSource();
        var seen = 0;

        Assert.ThrowsAny<OperationCanceledException>(() => pictures.ForEach(
            (_, _) =>
            {
                Interlocked.Increment(ref seen);
                source.Cancel();
            },
            source.Token));

        Assert.InRange(seen, 1, Environment.ProcessorCount);
    }
}
