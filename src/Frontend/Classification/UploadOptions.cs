using System.ComponentModel.DataAnnotations;

namespace Lineup.Frontend.Classification;

/// <summary>How long an upload may take. What it may be is said by <see cref="Inference.Imaging.ImageOptions"/>.</summary>
public sealed class UploadOptions
{
    public const string Section = "Lineup:Uploads";

    /// <summary>
    /// Time from a request's headers to the end of its body; a caller's deadline only begins there. Default: 60 s. Legal: 1 s to 1 h.
    /// A body that stalls (below 240 bytes a second for 5 s) is given up earlier.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Most bytes of memory for uploads on this frontend, from first byte to answer; more are turned away as busy. Default: 1 GiB.
    /// Legal: 64 MiB to 1 TiB.
    /// </summary>
    [Range(64L << 20, 1L << 40)]
    public long MaxMemory { get; set; } = 1L << 30;
}
