using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Imaging;

public sealed class OrientationTests
{
    private const double FloatRounding = 0.001;

    private static readonly Rgba Red = new(255, 0, 0);
    private static readonly Rgba Green = new(0, 255, 0);
    private static readonly Rgba Blue = new(0, 0, 255);
    private static readonly Rgba White = new(255, 255, 255);

    public static TheoryData<int, TensorLayout> OrientationsAndLayouts => new(
        from orientation in Enumerable.Range(1, 8)
        from layout in Enum.GetValues<TensorLayout>()
        select (orientation, layout));

    [Theory]
    [MemberData(nameof(OrientationsAndLayouts))]
    public void Decode_JpegWithOrientation_EqualsDefinition(int orientation, TensorLayout layout)
    {
        var input = Decoding.Pixels(33, 33) with { ResizeShorterSide = 40, CenterCrop = 33, Layout = layout };
        var image = TestImages.Jpeg(Raster.Photograph(121, 83), orientation: orientation);

        var tensor = Decoding.Decode(image, input);

        var expected = ReferenceTensor.Of(Decoding.BySkia(image), input, orientation);
        Assert.InRange(Decoding.LargestDifference(tensor, expected, input), 0, FloatRounding);
    }

    [Theory]
    [MemberData(nameof(OrientationsAndLayouts))]
    public void Decode_StretchedWithOrientation_EqualsDefinition(int orientation, TensorLayout layout)
    {
        var input = Decoding.Pixels(23, 41) with { Layout = layout };
        var image = TestImages.Jpeg(Raster.Photograph(64, 50), orientation: orientation);

        var tensor = Decoding.Decode(image, input);

        var expected = ReferenceTensor.Of(Decoding.BySkia(image), input, orientation);
        Assert.InRange(Decoding.LargestDifference(tensor, expected, input), 0, FloatRounding);
    }

    // The shown corners, clockwise from the top left, of a picture stored as red, green / white, blue: worked out by hand from the
    // standard's words ("row 0 is the visual right-hand side, column 0 the visual top" and so on), not by a formula.
    [Theory]
    [InlineData(1, "RGBW")]
    [InlineData(2, "GRWB")]
    [InlineData(3, "BWRG")]
    [InlineData(4, "WBGR")]
    [InlineData(5, "RWBG")]
    [InlineData(6, "WRGB")]
    [InlineData(7, "BGRW")]
    [InlineData(8, "GBWR")]
    public void Decode_PngWithOrientation_PutsCornersWhereTheStandardSays(int orientation, string corners)
    {
        var stored = new Raster(2, 2, (x, y) => (x, y) switch { (0, 0) => Red, (1, 0) => Green, (1, 1) => Blue, _ => White });

        var tensor = Decoding.Decode(TestImages.Png(stored, orientation: orientation), Decoding.Pixels(2, 2));

        Assert.Equal(corners, $"{Letter(0)}{Letter(1)}{Letter(3)}{Letter(2)}");

        char Letter(int at) => (tensor[at], tensor[4 + at], tensor[8 + at]) switch
        {
            (255, 0, 0) => 'R',
            (0, 255, 0) => 'G',
            (0, 0, 255) => 'B',
            (255, 255, 255) => 'W',
            _ => '?',
        };
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Decode_WebPWithOrientation_EqualsDefinition(int orientation)
    {
        var input = Decoding.Pixels(20, 20) with { CenterCrop = 20, ResizeShorterSide = 24 };
        var picture = Raster.Photograph(50, 34);

        var tensor = Decoding.Decode(TestImages.WebP(picture, orientation), input);

        Assert.InRange(Decoding.LargestDifference(tensor, ReferenceTensor.Of(picture, input, orientation), input), 0, FloatRounding);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Inspect_OrientationOutsideTheStandard_CountsAsUpright(int orientation)
    {
        var image = TestImages.Jpeg(Raster.Photograph(20, 10), orientation: orientation);

        var fault = ImageHeader.Inspect(image, new(), out var header);

        Assert.Null(fault);
        Assert.Equal(new(ImageFormat.Jpeg, 20, 10, ImageOrientation.TopLeft), header);
    }
}
