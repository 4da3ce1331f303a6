using System.Globalization;
using Microsoft.Extensions.Options;

namespace Lineup.Grains.Loads;

/// <summary>
/// How much more memory this process may take. What the runtime reports is of no use here: it sees managed memory alone, while sessions
/// live in ONNX Runtime's. So this asks the operating system, which counts resident pages, whoever asked for them.
/// </summary>
internal sealed class FreeMemory(IOptions<LoadOptions> options)
{
    private const string ControlGroup = "/sys/fs/cgroup";
    private const string Machine = "/proc/meminfo";

    /// <summary>Bytes, at least 0: the least that machine, container and <see cref="LoadOptions.MemoryBytes"/> leave.</summary>
    public long Read()
    {
        var left = OnMachine(TryReadText(Machine)) ?? ByRuntime();
        left = Math.Min(left, InContainer(
            TryReadText($"{ControlGroup}/memory.max"), TryReadText($"{ControlGroup}/memory.current"), TryReadText($"{ControlGroup}/memory.stat")) ?? left);
        if (options.Value.MemoryBytes > 0)
            left = Math.Min(left, options.Value.MemoryBytes - Environment.WorkingSet);
        return Math.Max(left, 0);
    }

    /// <summary>What Linux says could be given to programs without swapping (MemAvailable); null where the text does not say.</summary>
    internal static long? OnMachine(string? memoryInformation) => Value(memoryInformation, "MemAvailable:") * 1024;

    /// <summary>
    /// What a container's limit leaves (control groups, version 2); null where there is none. Pages of files that were not used lately do
    /// not count, since they are given back before anything fails.
    /// </summary>
    internal static long? InContainer(string? limit, string? current, string? statistics) =>
        Number(limit) is { } most && Number(current) is { } now ? most - (now - (Value(statistics, "inactive_file") ?? 0)) : null;

    private static long ByRuntime() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet;

    private static long? Value(string? text, string name) => text?.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => Number(line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()))
        .FirstOrDefault();

    private static long? Number(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string? TryReadText(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
