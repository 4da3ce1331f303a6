using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Imaging;

/// <summary>Geometry and resampling against the definition. Tolerances are in units of 1/255 of a pixel's range.</summary>
public sealed class ResamplingTests
{
    /// <summary>Float sums against double sums: nothing is rounded to bytes between decoding and tensor.</summary>
    private const double FloatRounding = 0.001;

    public static TheoryData<Interpolation, double> KernelsAndScales()
    {
        var data = new TheoryData<Interpolation, double>();
        foreach (var interpolation in Enum.GetValues<Interpolation>())
        {
            foreach (var scale in (double[])[0.13, 0.5, 0.9, 1, 1.3, 2, 2.7, 10])
                data.Add(interpolation, scale);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(KernelsAndScales))]
    public void Decode_AnyKernelAndScale_EqualsDefinition(Interpolation interpolation, double scale)
    {
        // Odd sides on purpose: no vector width divides them.
        var input = Decoding.Pixels(37, 29) with { Interpolation = interpolation };
        var picture = Raster.Noise((int)Math.Round(37 * scale), (int)Math.Round(29 * scale) + 1);

        var tensor = Decoding.Decode(TestImages.Png(picture), input);

        Assert.InRange(Decoding.LargestDifference(tensor, ReferenceTensor.Of(picture, input), input), 0, FloatRounding);
    }

    [Theory]
    [InlineData(97, 61)]
    [InlineData(61, 97)]
    [InlineData(64, 64)]
    [InlineData(51, 50)]
    [InlineData(33, 200)]
    [InlineData(20, 30)]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(40, 1)]
    [InlineData(3000, 60)]
    public void Decode_ShorterSideThenCrop_EqualsDefinition(int width, int height)
    {
        var input = Decoding.Pixels(32, 32) with { ResizeShorterSide = 37, CenterCrop = 32 };
        var picture = Raster.Photograph(width, height);

        var tensor = Decoding.Decode(TestImages.Png(picture), input);

        Assert.InRange(Decoding.LargestDifference(tensor, ReferenceTensor.Of(picture, input), input), 0, FloatRounding);
    }

    [Theory]
    [InlineData(227, 227)]
    [InlineData(225, 231)]
    [InlineData(226, 300)]
    [InlineData(224, 224)]
    public void Decode_CropWithoutResize_TakesPixelsAsTheyAre(int width, int height)
    {
        var input = Decoding.Pixels(224, 224) with { CenterCrop = 224 };
        var picture = Raster.Noise(width, height);

        var tensor = Decoding.Decode(TestImages.Png(picture), input);

        Assert.Equal(0, Decoding.LargestDifference(tensor, ReferenceTensor.Of(picture, input), input));
    }

    [Fact]
    public void Decode_CropLargerThanPicture_ScalesUpToTheCrop()
    {
        var input = Decoding.Pixels(32, 32) with { CenterCrop = 32 };
        var picture = Raster.Photograph(40, 20);

        var tensor = Decoding.Decode(TestImages.Png(picture), input);

        var expected = ReferenceTensor.Of(picture, input with { ResizeShorterSide = 32 });
        Assert.InRange(Decoding.LargestDifference(tensor, expected, input), 0, FloatRounding);
    }

    [Fact]
    public void Decode_NoCrop_StretchesWhateverTheAspect()
    {
        var input = Decoding.Pixels(24, 40);
        var picture = Raster.Photograph(133, 57);

        var tensor = Decoding.Decode(TestImages.Png(picture), input);

        Assert.InRange(Decoding.LargestDifference(tensor, ReferenceTensor.Of(picture, input), input), 0, FloatRounding);
    }

    [Theory]
    [InlineData(500, 375)]
    [InlineData(375, 500)]
    [InlineData(1023, 769)]
    public void Decode_JpegAtModelSize_EqualsDefinition(int width, int height)
    {
        var input = Decoding.Pixels(224, 224) with { ResizeShorterSide = 256, CenterCrop = 224 };
        var image = TestImages.Photograph(width, height);

        var tensor = Decoding.Decode(image, input);

        Assert.InRange(Decoding.LargestDifference(tensor, ReferenceTensor.Of(Decoding.BySkia(image), input), input), 0, FloatRounding);
    }

    [Fact]
    public void Decode_TwoPicturesInTurn_SecondOwesNothingToFirst()
    {
        var plan = new Inference.Imaging.InputPlan(Decoding.Pixels(32, 32) with { ResizeShorterSide = 37, CenterCrop = 32 });
        var (large, small) = (TestImages.Photograph(700, 500), TestImages.Png(Raster.Noise(9, 7)));
        using var decoder = new Inference.Imaging.TensorDecoder(Decoding.Exact);
        var tensor = new float[plan.Length];
        Assert.Null(decoder.Decode(large, plan, tensor));

        Assert.Null(decoder.Decode(small, plan, tensor));

        Assert.Equal(Decoding.Decode(small, plan.Input), tensor);
    }
}
