using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Imaging;

/// <summary>A JPEG decoder may drop detail that the resize drops anyway; what that changes is bounded here.</summary>
public sealed class ScaledDecodingTests
{
    /// <summary>In units of 1/255. Measured: 0.11 to 0.25, the most where the picture is shrunk by just over 4.</summary>
    private const double LargestMean = 0.3;

    private static readonly InputSpecification Input =
        Decoding.Pixels(112, 112) with { ResizeShorterSide = 128, CenterCrop = 112 };

    [Theory]
    [InlineData(600, 551)]
    [InlineData(1200, 901)]
    [InlineData(803, 1201)]
    [InlineData(2305, 2051)]
    public void Decode_LargeJpeg_ScaledDiffersLittleFromExact(int width, int height)
    {
        var image = TestImages.Photograph(width, height);

        var scaled = Decoding.Decode(image, Input, new() { ScaledDecoding = true });

        var exact = Array.ConvertAll(Decoding.Decode(image, Input), value => (double)value);
        Assert.InRange(Decoding.MeanDifference(scaled, exact, Input), 0.001, LargestMean);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(8)]
    public void Decode_LargeJpegWithOrientation_ScaledDiffersLittleFromExact(int orientation)
    {
        // A size that 8 does not divide: the scaled picture stands for fractions of pixels, and a flip shows if they are miscounted.
        var image = TestImages.Jpeg(Raster.Photograph(1027, 771), orientation: orientation);

        var scaled = Decoding.Decode(image, Input, new() { ScaledDecoding = true });

        var exact = Array.ConvertAll(Decoding.Decode(image, Input), value => (double)value);
        Assert.InRange(Decoding.MeanDifference(scaled, exact, Input), 0.001, LargestMean);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void Decode_LargeJpegByNearest_IsDecodedExactly(int orientation)
    {
        var input = Decoding.Pixels(64, 64) with { Interpolation = Interpolation.Nearest };
        var image = TestImages.Jpeg(Raster.Photograph(640, 512), orientation: orientation);

        var tensor = Decoding.Decode(image, input, new() { ScaledDecoding = true });

        Assert.Equal(0, Decoding.LargestDifference(tensor, ReferenceTensor.Of(Decoding.BySkia(image), input, orientation), input));
    }

    [Fact]
    public void Decode_JpegShrunkByLessThanFour_IsDecodedExactly()
    {
        var image = TestImages.Photograph(500, 500);

        var tensor = Decoding.Decode(image, Input, new() { ScaledDecoding = true });

        Assert.Equal(Decoding.Decode(image, Input), tensor);
    }

    [Fact]
    public void Decode_LargePicture_GivesScratchMemoryBack()
    {
        var plan = new InputPlan(Input);
        var tensor = new float[plan.Length];
        using var decoder = new TensorDecoder(Decoding.Exact);
        var large = TestImages.Bmp(Raster.Solid(2000, 1500, new(9, 9, 9)));

        Assert.Null(decoder.Decode(large, plan, tensor));

        Assert.Equal(0, decoder.ScratchBytes);
    }

    [Fact]
    public void Decode_LargeJpeg_NeedsLittleScratchMemory()
    {
        var plan = new InputPlan(Input);
        using var decoder = new TensorDecoder(Decoding.Exact);
        var large = TestImages.Jpeg(Raster.Solid(4000, 3000, new(9, 9, 9)));

        Assert.Null(decoder.Decode(large, plan, new float[plan.Length]));

        // 12 million pixels would be 48 MB; they are decoded a few rows at a time, and what that takes is kept for the next picture.
        Assert.InRange(decoder.ScratchBytes, 1, 1_000_000);
    }
}
