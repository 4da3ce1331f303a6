using System.ComponentModel.DataAnnotations;

namespace Lineup.Grains.Jobs;

/// <summary>What jobs may use of a silo, and what is kept of them.</summary>
public sealed class JobOptions
{
    public const string Section = "Lineup:Jobs";

    /// <summary>
    /// Threads that jobs work on, below the priority of serving where the system has one for threads (Linux, Windows). Default: 0, which
    /// means half of the processors, at least one. Legal: 0 to 1024.
    /// </summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>
    /// Folder with sets of pictures (folders and zip archives) that requests may name. Default: none. A setting of each silo; they
    /// should agree.
    /// </summary>
    public string? DataFolder { get; set; }

    /// <summary>Folder for uploads under way and for what is known of jobs. Default: .jobs in the repository.</summary>
    public string? Folder { get; set; }

    /// <summary>Most bytes of an uploaded archive. Default: 2 GiB. Legal: 1 KiB to 1 TiB.</summary>
    [Range(1L << 10, 1L << 40)]
    public long MaxUploadBytes { get; set; } = 2L << 30;

    /// <summary>Bytes of the disk that uploads leave free. Default: 1 GiB. Legal: 0 to 1 PiB.</summary>
    [Range(0L, 1L << 50)]
    public long KeepFreeBytes { get; set; } = 1L << 30;

    /// <summary>Time within which an upload must be complete. Default: 1 h. Legal: 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Time without a byte after which an upload counts as abandoned. Default: 1 min. Legal: 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan UploadStall { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Most files in an uploaded archive. Default: 100,000. Legal: 1 to 10 million.</summary>
    [Range(1, 10_000_000)]
    public int MaxFiles { get; set; } = 100_000;

    /// <summary>Most bytes of encoded calibration pictures that a job keeps in memory. Default: 512 MiB. Legal: 1 MiB to 1 TiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaxCalibrationBytes { get; set; } = 512L << 20;

    /// <summary>Most jobs of a silo that upload, wait or run; more are turned away. One runs at a time. Default: 16. Legal: 1 to 1000.</summary>
    [Range(1, 1000)]
    public int MaxJobs { get; set; } = 16;

    /// <summary>Ended jobs of a model that are kept for reading. Default: 20. Legal: 1 to 1000.</summary>
    [Range(1, 1000)]
    public int KeptJobs { get; set; } = 20;

    /// <summary>How long ended jobs are kept. Default: 30 days. Legal: 1 min to 10 years.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    internal int ActualThreads => Threads > 0 ? Threads : Math.Max(1, Environment.ProcessorCount / 2);
}
