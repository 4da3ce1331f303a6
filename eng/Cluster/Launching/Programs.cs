namespace Lineup.Cluster.Launching;

/// <summary>Finds programs that Lineup does not bring.</summary>
internal static class Programs
{
    /// <summary>Where Debian keeps what is not on everybody's path.</summary>
    private static readonly string[] Usual = ["/usr/sbin", .. Postgres()];

    /// <summary>Path of a program: in the folders given, in those that LINEUP_PROGRAMS and LINEUP_PROMETHEUS name, on the path; null if nowhere.</summary>
    public static string? Find(string program, IReadOnlyList<string> folders) =>
        folders
            .Concat(Listed("LINEUP_PROGRAMS"))
            .Concat(Listed("LINEUP_PROMETHEUS"))
            .Concat(Listed("PATH"))
            .Concat(Usual)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string[] Listed(string variable) =>
        (Environment.GetEnvironmentVariable(variable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Postgres() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin"))
        : [];
}
