using System.Diagnostics.Metrics;
using System.Globalization;

namespace Lineup.Silo.Observability;

/// <summary>Memory of this process that the garbage collector knows nothing of: ONNX Runtime's sessions, decoders, the runtime itself.</summary>
internal sealed class ProcessMetrics
{
    private const string Status = "/proc/self/status";
    private const string Anonymous = "RssAnon:";

    public ProcessMetrics(IMeterFactory meters) => meters.Create("Lineup.Process").CreateObservableGauge(
        "lineup.process.native", NativeBytes, "By", "Resident memory, files not counted, beyond what the garbage collector has committed.");

    /// <summary>On systems that do not tell anonymous memory from mapped files, the latter are counted too.</summary>
    private static long NativeBytes() => Math.Max(0, (AnonymousBytes() ?? Environment.WorkingSet) - GC.GetGCMemoryInfo().TotalCommittedBytes);

    private static long? AnonymousBytes()
    {
        if (!File.Exists(Status))
            return null;
        var line = File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Anonymous, StringComparison.Ordinal));
        return line is not null && long.TryParse(line.AsSpan(Anonymous.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes)
            ? kibibytes * 1024
            : null;
    }
}
