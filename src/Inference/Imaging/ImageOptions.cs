using System.ComponentModel.DataAnnotations;

namespace Lineup.Inference.Imaging;

/// <summary>What an upload may be. All of it is checked from the file's header, before a pixel is decoded.</summary>
public sealed class ImageOptions
{
    public const string Section = "Lineup:Images";

    /// <summary>Largest encoded size in bytes. Default: 20 MiB. Legal: 1 KiB to 256 MiB.</summary>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>Longest side in pixels. Default: 16,384. Legal: 16 to 65,535.</summary>
    [Range(16, 65_535)]
    public int MaxSide { get; set; } = 16_384;

    /// <summary>Most pixels. Default: 40 million (160 MB decoded). Legal: 256 to 400 million.</summary>
    [Range(256, 400_000_000)]
    public long MaxPixels { get; set; } = 40_000_000;

    /// <summary>Largest ratio of the longer to the shorter side. Default: 50. Legal: 1 to 65,535.</summary>
    [Range(1, 65_535)]
    public double MaxAspect { get; set; } = 50;

    /// <summary>
    /// Lets a JPEG decoder drop detail that the resize would drop anyway: the picture is decoded at 1/2, 1/4 or 1/8 as long as it
    /// stays at least twice the size it is then resampled to. Default: true. docs/measurements.md has what it saves and changes.
    /// </summary>
    public bool ScaledDecoding { get; set; } = true;
}
