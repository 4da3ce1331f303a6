using Xunit;

namespace Lineup.TestSupport;

/// <summary>
/// Prometheus and promtool on this machine: in the folder that <c>LINEUP_PROMETHEUS</c> names, or on the path. A test that needs them is
/// skipped with the reason, or fails where <c>LINEUP_REQUIRE_PROMETHEUS=1</c>, so that CI cannot pass by skipping.
/// </summary>
public static class PrometheusTools
{
    private const string FolderVariable = "LINEUP_PROMETHEUS";
    private const string RequireVariable = "LINEUP_REQUIRE_PROMETHEUS";

    /// <summary>Path of the program <c>prometheus</c> or <c>promtool</c>.</summary>
    public static string Require(string program)
    {
        var folders = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
            ? [folder]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (folders.Select(one => Path.Combine(one, program)).FirstOrDefault(File.Exists) is { } found)
            return found;

        var reason = $"'{program}' is neither on the path nor in the folder that {FolderVariable} names; the Debian package prometheus has it";
        if (Environment.GetEnvironmentVariable(RequireVariable) == "1")
            Assert.Fail($"{reason} ({RequireVariable}=1 makes this a failure)");
        Assert.Skip(reason);
        return "";
    }
}
