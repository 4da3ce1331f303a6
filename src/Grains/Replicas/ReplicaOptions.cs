using System.ComponentModel.DataAnnotations;

namespace Lineup.Grains.Replicas;

/// <summary>How many replicas variants get by themselves.</summary>
public sealed class ReplicaOptions
{
    public const string Section = "Lineup:Replicas";

    /// <summary>Whether the load decides about variants that nobody has set a number for; otherwise they have one replica. Default: false, until frontends share pictures out among replicas.</summary>
    public bool Automatic { get; set; }

    /// <summary>Most replicas of a variant, by hand as well. Never more than silos can take one. Default: 16. Legal: 1 to 9999.</summary>
    [Range(1, 9999)]
    public int Max { get; set; } = 16;

    /// <summary>A variant whose pictures wait longer than this for a lane, on average over seconds, gets more replicas. Default: 100 ms. Legal: 1 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan TargetWait { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>For this long after a change, waits are those of what was before, and nothing is decided. Default: 10 s. Legal: 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A replica goes when one less would have been enough for this long, with room to spare. Default: 5 min. Legal: 10 s to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan ScaleDownAfter { get; set; } = TimeSpan.FromMinutes(5);
}
