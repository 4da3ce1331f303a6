using Lineup.Inference.Imaging;

namespace Lineup.Inference.Tests.Imaging;

public sealed class PngOrientationTests
{
    private const string Signature = "89504E470D0A1A0A";
    private const string AnyChecksum = "00000000";

    [Theory]
    [InlineData("49492A00 08000000 0100 1201 0300 01000000 0600 0000 00000000")]
    [InlineData("4D4D002A 00000008 0001 0112 0003 00000001 0006 0000 00000000")]
    public void Read_EitherByteOrder_GivesOrientation(string tiff) => Assert.Equal(ImageOrientation.RightTop, Read("65584966", tiff));

    [Fact]
    public void Read_OrientationBehindOtherTags_IsFound()
    {
        const string tiff = "4D4D002A 00000008 0002 0100 0003 00000001 0040 0000 0112 0003 00000001 0003 0000 00000000";

        Assert.Equal(ImageOrientation.BottomRight, Read("65584966", tiff));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4D4D002A")]
    [InlineData("4D4D002A FFFFFFFF 0001")]
    [InlineData("4D4D002A 00000008 FFFF 0112 0003")]
    [InlineData("4D4D002A 00000008 0001 0112 0003 00000001 0009 0000 00000000")]
    [InlineData("58582A00 08000000 0100 1201 0300 01000000 0600 0000 00000000")]
    public void Read_BlockThatMakesNoSense_CountsAsUpright(string tiff) => Assert.Equal(ImageOrientation.TopLeft, Read("65584966", tiff));

    [Fact]
    public void Read_BlockBehindThePixels_CountsAsUpright()
    {
        // The standard wants eXIf before IDAT or after it; looking only ahead keeps the header check independent of the file's size.
        const string tiff = "4D4D002A 00000008 0001 0112 0003 00000001 0006 0000 00000000";

        Assert.Equal(ImageOrientation.TopLeft, Orientation(Signature + Chunk("49444154", "00") + Chunk("65584966", tiff)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7FFFFFFF49484452")]
    [InlineData("FFFFFFFF49484452000000000000")]
    public void Read_ChunksThatEndTooSoon_CountsAsUpright(string chunks) =>
        Assert.Equal(ImageOrientation.TopLeft, Orientation(Signature + chunks));

    private static ImageOrientation Read(string type, string content) =>
        Orientation(Signature + Chunk("67414D41", "0000B18F") + Chunk(type, content));

    private static ImageOrientation Orientation(string hex) => PngOrientation.Read(Convert.FromHexString(hex));

    private static string Chunk(string type, string content)
    {
        var hex = content.Replace(" ", "", StringComparison.Ordinal);
        return $"{hex.Length / 2:X8}{type}{hex}{AnyChecksum}";
    }
}
