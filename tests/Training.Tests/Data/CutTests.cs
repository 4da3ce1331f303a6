using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;
using Lineup.Training.Data;

namespace Lineup.Training.Tests.Data;

/// <summary>Which part of a picture is taken, and how it is resampled.</summary>
public sealed class CutTests
{
    private static readonly InputSpecification Input = new() { Width = 32, Height = 32, ResizeShorterSide = 32, CenterCrop = 32, Scale = 1 };

    [Theory]
    [InlineData(32, 32)]
    [InlineData(33, 32)]
    [InlineData(32, 47)]
    [InlineData(61, 40)]
    [InlineData(45, 80)]
    [InlineData(300, 211)]
    public void Sample_OfServedPart_IsWhatServingSees(int width, int height)
    {
        var encoded = TestImages.Png(Raster.Photograph(width, height), PngColour.Rgb);
        var served = new float[3 * 32 * 32];
        using var decoder = new TensorDecoder(new());
        Assert.Null(decoder.Decode(encoded, new InputPlan(Input), served));
        using var reader = new PictureReader(32);
        Assert.Null(reader.Read(encoded, out var picture));

        var sampled = new float[3 * 32 * 32];
        new CutSampler().Sample(picture!, CutBox.Served(Input, picture!), 32, 32, sampled);

        // Pictures are kept as whole numbers, so that half a step may be lost.
        Assert.All(served.Zip(sampled), pair => Assert.InRange(pair.Second - pair.First, -0.51, 0.51));
    }

    [Fact]
    public void Sample_OfServedPartOfPictureKeptLarger_IsNearlyWhatServingSees()
    {
        var input = Input with { ResizeShorterSide = 36 };
        var encoded = TestImages.Png(Raster.Photograph(90, 72), PngColour.Rgb);
        var served = new float[3 * 32 * 32];
        using var decoder = new TensorDecoder(new());
        Assert.Null(decoder.Decode(encoded, new InputPlan(input), served));
        using var reader = new PictureReader(72);
        Assert.Null(reader.Read(encoded, out var picture));

        var sampled = new float[3 * 32 * 32];
        new CutSampler().Sample(picture!, CutBox.Served(input, picture!), 32, 32, sampled);

        Assert.All(served.Zip(sampled), pair => Assert.InRange(pair.Second - pair.First, -0.51, 0.51));
    }

    [Fact]
    public void Sample_BeyondEdges_MirrorsWithoutRepeatingEdge()
    {
        var picture = Columns(0, 10, 20, 30);

        var planes = new float[3 * 4 * 4];
        new CutSampler().Sample(picture, new(-2, 0, 4, 4), 4, 4, planes);

        Assert.Equal([20, 10, 0, 10], planes[..4]);
    }

    [Fact]
    public void Sample_AtHalfPixels_TakesMeans()
    {
        var picture = Columns(0, 10, 20, 30);

        var planes = new float[3 * 4 * 4];
        new CutSampler().Sample(picture, new(0.5, 0, 4, 4), 4, 4, planes);

        Assert.Equal([5, 15, 25, 25], planes[..4]);
    }

    [Fact]
    public void Draw_OfShift_ReachesEveryPlaceAndNoOther()
    {
        var picture = Columns([.. new byte[32]]);
        var boxes = new HashSet<(double, double)>();
        var draws = new Draws(1, 0, 0);
        for (var i = 0; i < 5000; i++)
        {
            var box = CutBox.Draw(Input, picture, new() { Shift = 2 }, ref draws);
            Assert.Equal((32, 32), (box.Width, box.Height));
            boxes.Add((box.Left, box.Top));
        }

        Assert.Equal(25, boxes.Count);
        Assert.All(boxes, box => Assert.True(Math.Abs(box.Item1) <= 2 && Math.Abs(box.Item2) <= 2));
    }

    [Fact]
    public void Draw_OfLeastArea_StaysInPictureAndTakesEnough()
    {
        var picture = new DecodedPicture(new byte[100 * 60 * 3], 100, 60);
        var draws = new Draws(1, 0, 0);
        for (var i = 0; i < 2000; i++)
        {
            var box = CutBox.Draw(Input, picture, new() { LeastArea = 0.3 }, ref draws);

            Assert.True(box.Left >= 0 && box.Top >= 0 && box.Left + box.Width <= 100 && box.Top + box.Height <= 60);
            Assert.InRange(box.Width * box.Height / 6000, 0.28, 1);
            Assert.InRange(box.Width / box.Height, 0.72, 1.4);
        }
    }

    /// <summary>A square picture whose columns have these values in all channels.</summary>
    private static DecodedPicture Columns(params byte[] values)
    {
        var side = values.Length;
        return new([.. Enumerable.Range(0, side * side * 3).Select(i => values[i / 3 % side])], side, side);
    }
}
