using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.Hosting;

/// <summary>Pictures that the tiny model knows.</summary>
internal static class Pictures
{
    public static byte[] Red { get; } = TestImages.Plain(250, 10, 10);

    public static byte[] Green { get; } = TestImages.Plain(10, 250, 10);

    public static byte[] Blue { get; } = TestImages.Plain(10, 10, 250);

    /// <summary>The same plain blue in one of the formats that are read.</summary>
    public static byte[] BlueAs(string format)
    {
        var raster = Raster.Solid(64, 64, new(10, 10, 250));
        return format switch
        {
            "jpeg" => TestImages.Jpeg(raster),
            "png" => TestImages.Png(raster),
            "webp" => TestImages.WebP(raster),
            "gif" => TestImages.Gif(raster),
            "bmp" => TestImages.Bmp(raster),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
    }
}
