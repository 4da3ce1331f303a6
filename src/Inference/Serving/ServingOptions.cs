using System.ComponentModel.DataAnnotations;

namespace Lineup.Inference.Serving;

/// <summary>When variants are let go and tried again.</summary>
public sealed class ServingOptions
{
    public const string Section = "Lineup:Serving";

    /// <summary>A variant that nobody asked for this long gives its memory back. Default: 1 h. Zero: never. Legal: 0 to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan IdleUnloadAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// For this long after a failed load, requests get its reason at once; the next one tries again. A load on request always tries.
    /// Default: 10 s. Legal: 0 to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan FailureRetryAfter { get; set; } = TimeSpan.FromSeconds(10);
}
