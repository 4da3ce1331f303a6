using Lineup.Inference.Imaging;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Imaging;

/// <summary>A file that is cut off is an error, never a picture with a grey half.</summary>
public sealed class TruncationTests
{
    /// <summary>Formats and how many bytes may be missing at the end without any pixel being lost.</summary>
    public static TheoryData<ImageFormat, int> FormatsAndTails => new()
    {
        // The end-of-image marker.
        { ImageFormat.Jpeg, 2 },
        // IEND (12), the IDAT checksum (4) and that of zlib (4), and the final bits of deflate.
        { ImageFormat.Png, 22 },
        { ImageFormat.WebP, 4 },
        // The trailer, the last block's end and the end code.
        { ImageFormat.Gif, 4 },
        // The last row's padding.
        { ImageFormat.Bmp, 3 },
    };

    [Theory]
    [MemberData(nameof(FormatsAndTails))]
    public void Decode_CutAnywhere_IsTruncatedOrCorrupt(ImageFormat format, int tail)
    {
        var image = Samples.Encode(format, Raster.Photograph(70, 50).Posterized());
        Assert.Null(Decoding.Fault(image));

        for (var length = 12; length < image.Length - tail; length += length < 200 ? 7 : 61)
            AssertUnusable(image[..length]);
        for (var length = image.Length - tail - 12; length < image.Length - tail; length++)
            AssertUnusable(image[..length]);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.75)]
    [InlineData(0.9)]
    [InlineData(0.97)]
    public void Decode_JpegCutBelowTheCrop_IsTruncated(double share)
    {
        // The crop needs the middle 32 of 600 rows.
        var plan = new InputPlan(Decoding.Pixels(32, 32) with { CenterCrop = 32 });
        var image = TestImages.Photograph(64, 600);
        using var decoder = new TensorDecoder(new());

        var fault = decoder.Decode(image.AsSpan(0, (int)(image.Length * share)), plan, new float[plan.Length]);

        Assert.Equal(ImageError.Truncated, fault?.Error);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.97)]
    public void Decode_LargeJpegCut_IsTruncatedWithScaledDecoding(double share)
    {
        var image = TestImages.Photograph(1600, 1200);

        Assert.Equal(ImageError.Truncated, Decoding.Fault(image[..(int)(image.Length * share)])?.Error);
    }

    [Fact]
    public void Decode_ProgressiveJpegCut_IsUnusable()
    {
        var image = TestImages.ProgressiveJpeg(Raster.Noise(20, 15), detailScans: 6);
        Assert.Null(Decoding.Fault(image));

        for (var length = 12; length < image.Length - 2; length += 5)
            AssertUnusable(image[..length]);
    }

    [Fact]
    public void Decode_AfterATruncatedPicture_DecoderIsAsGoodAsNew()
    {
        var plan = new InputPlan(Decoding.Pixels(32, 32));
        var image = TestImages.Photograph(200, 150);
        using var decoder = new TensorDecoder(Decoding.Exact);
        var tensor = new float[plan.Length];
        Assert.NotNull(decoder.Decode(image.AsSpan(0, image.Length / 2), plan, tensor));

        Assert.Null(decoder.Decode(image, plan, tensor));

        Assert.Equal(Decoding.Decode(image, plan.Input), tensor);
    }

    private static void AssertUnusable(byte[] image)
    {
        var fault = Decoding.Fault(image);
        Assert.True(
            fault is not null && ImageFaultTests.Unusable.Contains(fault.Error),
            $"cut to {image.Length} bytes it gives {fault?.Error.ToString() ?? "a picture"}");
    }
}
