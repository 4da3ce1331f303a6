using System.ComponentModel.DataAnnotations;

namespace Lineup.Inference.Lanes;

/// <summary>How many pictures a silo works on at once.</summary>
public sealed class LaneOptions
{
    public const string Section = "Lineup:Lanes";

    /// <summary>
    /// Threads that decode and infer, each one picture at a time on one core. Default: 0, which means the number of processors. Legal:
    /// 0 to 1024. More lanes than cores only lose throughput.
    /// </summary>
    [Range(0, 1024)]
    public int Count { get; set; }

    /// <summary>
    /// Share of lane time that bulk work is sure of while interactive work takes all it can get; beyond it, it takes what interactive
    /// work leaves. Default: 0.1. Legal: 0.01 to 0.5.
    /// </summary>
    [Range(0.01, 0.5)]
    public double BulkShare { get; set; } = 0.1;

    internal int ActualCount => Count > 0 ? Count : Environment.ProcessorCount;
}
