namespace Lineup.Scale.Model;

/// <summary>The machines, and what is asked of them. What is not measured but assumed stands here, and can be set.</summary>
internal sealed record Plant
{
    /// <summary>Cores of a silo, and of a frontend.</summary>
    public double Cores { get; init; } = 8;

    /// <summary>Share of its cores that a silo or a frontend is meant to use.</summary>
    public double Utilisation { get; init; } = 0.6;

    /// <summary>Processor time of a picture on a lane, in milliseconds.</summary>
    public double PictureMilliseconds { get; init; } = 6.7;

    /// <summary>Size of an upload in bytes.</summary>
    public double PictureBytes { get; init; } = 94 * 1024;

    /// <summary>What a machine's network carries each way, in bytes a second: 10 Gbit/s.</summary>
    public double NetworkBytes { get; init; } = 1.25e9;

    /// <summary>Silos that each silo probes; Orleans' default.</summary>
    public int ProbedSilos { get; init; } = 10;

    /// <summary>Probes a second from one silo to another.</summary>
    public double ProbesPerSecond { get; init; } = 1;

    /// <summary>Replicas that a silo hosts.</summary>
    public int ReplicasOfASilo { get; init; } = 4;

    /// <summary>Seconds between two looks of a silo at the table of members.</summary>
    public double TableRefresh { get; init; } = 5;

    /// <summary>Seconds between two looks of a frontend at it.</summary>
    public double GatewayRefresh { get; init; } = 2;

    /// <summary>Seconds between two reports of a silo's load, at least.</summary>
    public double LoadInterval { get; init; } = 1;

    /// <summary>Reports a second that the grain of loads takes: beyond it the interval grows.</summary>
    public double LoadReports { get; init; } = 50;
}
