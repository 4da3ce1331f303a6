using System.Diagnostics;
using Lineup.Cluster.Running;

namespace Lineup.Scale.Measuring;

/// <summary>Processor time of a cluster's processes between two moments.</summary>
internal sealed class ProcessorTimes
{
    private readonly Dictionary<string, TimeSpan> _times;
    private readonly long _at = Stopwatch.GetTimestamp();

    private ProcessorTimes(ClusterRun run) => _times = run.Services.ToDictionary(service => service.Name, Read);

    public static ProcessorTimes Now(ClusterRun run) => new(run);

    /// <summary>Microseconds of processor time a second that a service has used since.</summary>
    public double PerSecond(RunningService service) => (Read(service) - _times[service.Name]).TotalMicroseconds / Stopwatch.GetElapsedTime(_at).TotalSeconds;

    private static TimeSpan Read(RunningService service)
    {
        using var process = Process.GetProcessById(service.ProcessId ?? throw new InvalidOperationException($"{service.Name} does not run."));
        return process.TotalProcessorTime;
    }
}
