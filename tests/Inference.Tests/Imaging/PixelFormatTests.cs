using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Imaging;

public sealed class PixelFormatTests
{
    private const double FloatRounding = 0.001;

    // Skia multiplies colour by alpha into bytes, which rounds by half a step at most.
    private const double PremultiplyRounding = 0.51;

    // libwebp does it by itself, and cuts off instead.
    private const double WebPPremultiplyRounding = 1.01;

    private static readonly InputSpecification Input = Decoding.Pixels(32, 32) with { ResizeShorterSide = 36, CenterCrop = 32 };

    [Theory]
    [InlineData(PngColour.Grey)]
    [InlineData(PngColour.GreyAlpha)]
    [InlineData(PngColour.Rgb)]
    [InlineData(PngColour.Rgba)]
    [InlineData(PngColour.Palette)]
    public void Decode_PngOfAnyColourType_EqualsDefinition(PngColour colour)
    {
        var photograph = Raster.Photograph(71, 53);
        var picture = colour switch
        {
            PngColour.Grey => photograph.Grey(),
            PngColour.GreyAlpha => photograph.Grey().Fading(),
            PngColour.Rgba => photograph.Fading(),
            PngColour.Palette => photograph.Posterized().Select(p => p with { A = p.R > 150 ? (byte)77 : (byte)255 }),
            _ => photograph,
        };

        var tensor = Decoding.Decode(TestImages.Png(picture, colour), Input);

        var hasAlpha = colour is PngColour.GreyAlpha or PngColour.Rgba or PngColour.Palette;
        AssertClose(tensor, picture, hasAlpha ? PremultiplyRounding : FloatRounding);
    }

    [Theory]
    [InlineData(PngColour.Grey)]
    [InlineData(PngColour.GreyAlpha)]
    [InlineData(PngColour.Rgb)]
    [InlineData(PngColour.Rgba)]
    public void Decode_PngOf16Bits_IsWithinOneStepOfDefinition(PngColour colour)
    {
        var picture = Raster.Photograph(64, 64);
        if (colour is PngColour.Grey or PngColour.GreyAlpha)
            picture = picture.Grey();
        if (colour is PngColour.Rgba or PngColour.GreyAlpha)
            picture = picture.Fading();

        var tensor = Decoding.Decode(TestImages.Png(picture, colour, bits: 16), Input);

        AssertClose(tensor, picture, 1);
    }

    [Fact]
    public void Decode_NoiseWithAlpha_IsFlattenedOnWhite()
    {
        var picture = Raster.Noise(67, 45, alpha: true);

        var tensor = Decoding.Decode(TestImages.Png(picture), Input);

        AssertClose(tensor, picture, PremultiplyRounding);
    }

    [Fact]
    public void Decode_ClearPixels_AreWhiteWhateverTheirColour()
    {
        var picture = Raster.Solid(16, 16, new(200, 10, 30, 0));

        var tensor = Decoding.Decode(TestImages.Png(picture), Input);

        Assert.All(tensor, value => Assert.Equal(255, value, 0.001));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_WebP_EqualsDefinition(bool alpha)
    {
        var picture = alpha ? Raster.Photograph(75, 49).Fading() : Raster.Photograph(75, 49);

        var tensor = Decoding.Decode(TestImages.WebP(picture), Input);

        AssertClose(tensor, picture, alpha ? WebPPremultiplyRounding : FloatRounding);
    }

    [Theory]
    [InlineData(64, 48)]
    [InlineData(61, 47)]
    public void Decode_Bmp_EqualsDefinition(int width, int height)
    {
        var picture = Raster.Photograph(width, height);

        var tensor = Decoding.Decode(TestImages.Bmp(picture), Input);

        AssertClose(tensor, picture, FloatRounding);
    }

    [Fact]
    public void Decode_Gif_EqualsDefinition()
    {
        var picture = Raster.Photograph(63, 45).Posterized();

        var tensor = Decoding.Decode(TestImages.Gif(picture), Input);

        AssertClose(tensor, picture, FloatRounding);
    }

    [Fact]
    public void Decode_GifWithTransparency_IsFlattenedOnWhite()
    {
        var picture = Raster.Photograph(63, 45).Posterized().Select(p => p.R > 150 ? new(1, 2, 3, 0) : p);

        var tensor = Decoding.Decode(TestImages.Gif(picture), Input);

        AssertClose(tensor, picture, FloatRounding);
    }

    [Fact]
    public void Decode_AnimatedGif_TakesFirstFrame()
    {
        var (red, blue) = (Raster.Solid(30, 20, new(255, 0, 0)), Raster.Solid(30, 20, new(0, 0, 255)));

        var tensor = Decoding.Decode(TestImages.Gif(red, blue), Input);

        AssertClose(tensor, red, FloatRounding);
    }

    [Fact]
    public void Decode_AnimatedWebP_TakesFirstFrame()
    {
        var (red, blue) = (Raster.Solid(30, 20, new(255, 0, 0)), Raster.Solid(30, 20, new(0, 0, 255)));

        var tensor = Decoding.Decode(TestImages.AnimatedWebP(red, blue), Input);

        AssertClose(tensor, red, FloatRounding);
    }

    [Fact]
    public void Decode_GreyJpeg_HasThreeEqualChannels()
    {
        var image = TestImages.Jpeg(Raster.Photograph(90, 60), grey: true);

        var tensor = Decoding.Decode(image, Input);

        AssertClose(tensor, Decoding.BySkia(image), FloatRounding);
        Assert.Equal(tensor[..1024], tensor[1024..2048]);
        Assert.Equal(tensor[..1024], tensor[2048..]);
    }

    // Red, green, blue and black = 255 x (1 - ink) x (1 - black): what PIL and browsers show without colour management.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_CmykJpeg_ShowsInksOnWhite(bool ycck)
    {
        // Grey inks stay within what YCCK can say; alpha stands for black.
        var inks = new Raster(4, 4, (x, y) => new((byte)(x * 80), (byte)(y * 80), (byte)((x + y) * 40), (byte)((3 - x) * 20)));
        var expected = new Raster(32, 32, (x, y) => Show(inks[x / 8, y / 8]));

        var tensor = Decoding.Decode(TestImages.CmykJpeg(inks, ycck), Decoding.Pixels(32, 32));

        var difference = Decoding.LargestDifference(tensor, ReferenceTensor.Of(expected, Decoding.Pixels(32, 32)), Decoding.Pixels(32, 32));
        Assert.InRange(difference, 0, ycck ? 3 : 1);

        static Rgba Show(Rgba ink) => new(Mix(ink.R, ink.A), Mix(ink.G, ink.A), Mix(ink.B, ink.A));
        static byte Mix(byte ink, byte black) => (byte)Math.Round((255 - ink) * (255 - black) / 255d);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.WebP)]
    [InlineData(ImageFormat.Gif)]
    [InlineData(ImageFormat.Bmp)]
    public void Inspect_AnyFormat_TellsFormatAndSize(ImageFormat format)
    {
        var image = Samples.Encode(format, Raster.Photograph(37, 23).Posterized());

        var fault = ImageHeader.Inspect(image, new(), out var header);

        Assert.Null(fault);
        Assert.Equal(new(format, 37, 23, ImageOrientation.TopLeft), header);
    }

    private static void AssertClose(float[] tensor, Raster picture, double tolerance) =>
        Assert.InRange(Decoding.LargestDifference(tensor, ReferenceTensor.Of(picture, Input), Input), 0, tolerance);
}
