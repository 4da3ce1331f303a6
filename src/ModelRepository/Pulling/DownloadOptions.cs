using System.ComponentModel.DataAnnotations;

namespace Lineup.ModelRepository.Pulling;

/// <summary>How patient a download is. There is no limit on its whole duration: a large file over a slow line is no failure.</summary>
public sealed class DownloadOptions
{
    public const string Section = "Lineup:Repository:Download";

    /// <summary>The longest silence of a server, before or within its answer. Default: 30 s. Range: 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a download is tried again in a row without getting further. Default: 4. Range: 1 to 20.</summary>
    [Range(1, 20)]
    public int Retries { get; set; } = 4;

    /// <summary>The wait before the first retry; it doubles each time, with jitter. Default: 1 s. Range: 0 to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before a retry, even where the server asks for more. Default: 30 s. Range: 0 to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);
}
