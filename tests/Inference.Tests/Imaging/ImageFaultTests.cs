using System.Diagnostics;
using Lineup.Inference.Imaging;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Imaging;

public sealed class ImageFaultTests
{
    private static readonly Raster Grey = Raster.Solid(5, 4, new(100, 100, 100));

    [Fact]
    public void Decode_NoBytes_IsEmpty() => AssertFault(ImageError.Empty, []);

    [Theory]
    [InlineData("x")]
    [InlineData("This is a text and no picture.")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("%PDF-1.7")]
    [InlineData("GIF80a, nearly")]
    [InlineData("RIFF....WAVEfmt ")]
    public void Decode_NoneOfTheFormats_IsUnsupported(string content) =>
        AssertFault(ImageError.UnsupportedFormat, System.Text.Encoding.ASCII.GetBytes(content));

    [Fact]
    public void Decode_FormatThatOnlySkiaKnows_IsUnsupported()
    {
        // An ICO: Skia would read it, the options do not promise it.
        byte[] icon = [0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, 40, 0, 0, 0, 22, 0, 0, 0, .. TestImages.Plain(1, 2, 3)];

        AssertFault(ImageError.UnsupportedFormat, icon);
    }

    [Theory]
    [InlineData("FFD8FF")]
    [InlineData("89504E470D0A1A0A")]
    [InlineData("52494646000000005745425056503820")]
    [InlineData("474946383961")]
    [InlineData("424D")]
    [InlineData("424D2074686973206973206120746578742074686174206265676E73206C696B65206120626974")]
    public void Decode_NothingButAFormatsFirstBytes_IsCorrupt(string hex) =>
        AssertFault(ImageError.Corrupt, Convert.FromHexString(hex));

    [Fact]
    public void Decode_OneByteTooMany_IsTooManyBytes()
    {
        var image = TestImages.Photograph(64, 64);

        var fault = Decoding.Fault(image, new() { MaxBytes = image.Length - 1 });

        Assert.Equal(ImageError.TooManyBytes, fault?.Error);
        Assert.Null(Decoding.Fault(image, new() { MaxBytes = image.Length }));
    }

    [Theory]
    [InlineData(101, 50, 100, 1_000_000, 50)]
    [InlineData(50, 101, 100, 1_000_000, 50)]
    [InlineData(60, 60, 100, 3_599, 50)]
    [InlineData(61, 20, 100, 1_000_000, 3)]
    [InlineData(20, 61, 100, 1_000_000, 3)]
    public void Decode_BeyondALimit_IsTooLarge(int width, int height, int side, long pixels, double aspect)
    {
        var options = new ImageOptions { MaxSide = side, MaxPixels = pixels, MaxAspect = aspect };

        var fault = Decoding.Fault(TestImages.Png(Raster.Solid(width, height, default)), options);

        Assert.Equal(ImageError.TooLarge, fault?.Error);
        Assert.Contains($"{width} x {height}", fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_ExactlyAtAllLimits_Succeeds()
    {
        var options = new ImageOptions { MaxSide = 100, MaxPixels = 5_000, MaxAspect = 2 };

        Assert.Null(Decoding.Fault(TestImages.Png(Raster.Solid(100, 50, default)), options));
    }

    [Theory]
    [InlineData(30_000, 30_000)]
    [InlineData(16_000, 16_000)]
    [InlineData(16_384, 300)]
    public void Decode_PngThatClaimsTooMuch_IsRefusedBeforeDecoding(int width, int height)
    {
        var image = TestImages.PngClaiming(width, height);

        var fault = Timed(image);

        Assert.InRange(image.Length, 1, 200);
        Assert.Equal(ImageError.TooLarge, fault?.Error);
    }

    [Theory]
    [InlineData(65_500, 65_500)]
    [InlineData(65_535, 65_535)]
    public void Decode_JpegThatClaimsTooMuch_IsRefusedBeforeDecoding(int width, int height)
    {
        var fault = Timed(TestImages.JpegClaiming(width, height));

        // What libjpeg itself refuses (above 65,500) counts as a damaged header.
        Assert.Equal(width > 65_500 ? ImageError.Corrupt : ImageError.TooLarge, fault?.Error);
    }

    [Fact]
    public void Decode_PngWithFewerPixelsThanItClaims_IsUnusable()
    {
        var fault = Decoding.Fault(TestImages.PngClaiming(2000, 2000));

        Assert.Contains(fault!.Error, Unusable);
    }

    [Fact]
    public void Decode_ProgressiveJpegWithHundredsOfScans_IsRefused()
    {
        var fault = Decoding.Fault(TestImages.ProgressiveJpeg(Grey, detailScans: 500));

        Assert.Equal(ImageError.Corrupt, fault?.Error);
        Assert.Contains("scans", fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_ProgressiveJpegWithAFewScans_Succeeds()
    {
        var tensor = Decoding.Decode(TestImages.ProgressiveJpeg(Grey, detailScans: 9), Decoding.Pixels(8, 8));

        Assert.All(tensor, value => Assert.Equal(100, value, 0.001));
    }

    [Fact]
    public void Decode_ManyScanMarkersInsideMetadata_Succeeds()
    {
        // A comment may hold any bytes, the marker that scans begin with among them.
        var image = TestImages.Photograph(64, 64);
        byte[] comment = [0xFF, 0xFE, 0x02, 0x02, .. ScanMarkers(256)];

        Assert.Null(Decoding.Fault([.. image[..2], .. comment, .. image[2..]]));
    }

    [Fact]
    public void Decode_ManyScanMarkersBehindThePicture_Succeeds()
    {
        // A motion photo: megabytes of video behind the JPEG, where the two bytes of the marker come up by chance.
        Assert.Null(Decoding.Fault([.. TestImages.Photograph(64, 64), .. ScanMarkers(1000)]));
    }

    [Theory]
    [InlineData("FFD8FFE0")]
    public void Inspect_UnreadableHeader_GivesDefaultHeader(string hex)
    {
        var fault = ImageHeader.Inspect(Convert.FromHexString(hex), new(), out var header);

        Assert.Equal(ImageError.Corrupt, fault?.Error);
        Assert.Equal(default, header);
    }

    internal static ImageError[] Unusable { get; } = [ImageError.Truncated, ImageError.Corrupt];

    private static IEnumerable<byte> ScanMarkers(int count) => Enumerable.Repeat((byte[])[0xFF, 0xDA], count).SelectMany(marker => marker);

    private static void AssertFault(ImageError expected, byte[] image)
    {
        Assert.Equal(expected, Decoding.Fault(image)?.Error);
        Assert.Equal(expected, ImageHeader.Inspect(image, new(), out _)?.Error);
    }

    /// <summary>Decoding what these pictures claim takes gigabytes and many seconds; reading the header takes microseconds.</summary>
    private static ImageFault? Timed(byte[] image)
    {
        var watch = Stopwatch.StartNew();
        var fault = Decoding.Fault(image);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        return fault;
    }
}
