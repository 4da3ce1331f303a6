using Xunit;

namespace Lineup.TestSupport.Stores;

/// <summary>
/// Redis and PostgreSQL on this machine: in the folders that <c>LINEUP_PROGRAMS</c> names, on the path, or where Debian puts them. A test
/// that needs one is skipped with the reason, or fails where <c>LINEUP_REQUIRE_STORES=1</c>, so that CI cannot pass by skipping.
/// </summary>
internal static class StorePrograms
{
    private const string FoldersVariable = "LINEUP_PROGRAMS";
    private const string RequireVariable = "LINEUP_REQUIRE_STORES";
    private const string DebianPostgres = "/usr/lib/postgresql";

    /// <summary>Path of a program of the Debian package.</summary>
    public static string Require(string program, string package)
    {
        var folders = Listed(FoldersVariable).Concat(Listed("PATH")).Concat(Postgres());
        if (folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists) is { } found)
            return found;

        var reason = $"'{program}' is neither on the path nor in a folder that {FoldersVariable} names; the Debian package {package} has it";
        if (Environment.GetEnvironmentVariable(RequireVariable) == "1")
            Assert.Fail($"{reason} ({RequireVariable}=1 makes this a failure)");
        Assert.Skip(reason);
        return "";
    }

    private static string[] Listed(string variable) =>
        (Environment.GetEnvironmentVariable(variable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Postgres() => Directory.Exists(DebianPostgres)
        ? Directory.EnumerateDirectories(DebianPostgres).OrderDescending().Select(version => Path.Combine(version, "bin"))
        : [];
}
