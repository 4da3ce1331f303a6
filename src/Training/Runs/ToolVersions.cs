using System.Reflection;

namespace Lineup.Training.Runs;

/// <summary>The version that manifests name as their maker.</summary>
internal static class ToolVersions
{
    public static string? Current { get; } =
        typeof(ToolVersions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
}
