using System.Text.RegularExpressions;

namespace Lineup.ModelRepository.Storage;

/// <summary>
/// Tidies up after processes that were killed while they made, replaced or deleted something in the repository. What a living process
/// works on is left alone.
/// </summary>
public static partial class Leftovers
{
    internal const string LockSuffix = ".lock";
    internal const string OldSuffix = ".old";
    internal const string DeletedSuffix = ".deleted";

    /// <summary>Files are written in seconds, so that one of this age is nobody's any more.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>
    /// Removes half-made variants and what remains of deleted ones. A variant that was being replaced, and whose replacement did not
    /// get its name any more, gets it back.
    /// </summary>
    /// <param name="store">The repository.</param>
    /// <param name="clock">Tells the age of files; null for the system's.</param>
    /// <returns>What could not be tidied up, and why; empty where all is well.</returns>
    public static IReadOnlyList<string> Clear(ModelStore store, TimeProvider? clock = null)
    {
        var now = (clock ?? TimeProvider.System).GetUtcNow();
        var problems = new List<string>();
        if (!Directory.Exists(store.Root))
            return problems;
        foreach (var folder in Directory.GetDirectories(store.Root).Prepend(store.Root))
        {
            try
            {
                ClearIn(folder, now);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                problems.Add(error.Message);
            }
        }

        return problems;
    }

    private static void ClearIn(string folder, DateTimeOffset now)
    {
        foreach (var path in Directory.GetDirectories(folder, ".*"))
        {
            var match = Hidden().Match(Path.GetFileName(path));
            if (match.Groups["suffix"].Value == DeletedSuffix)
                Directory.Delete(path, recursive: true);
            else if (match.Success && !IsLocked(Path.Combine(folder, match.Groups["made"].Value) + LockSuffix))
                Remove(path, Path.Combine(folder, match.Groups["name"].Value), match.Groups["suffix"].Value == OldSuffix);
        }

        foreach (var path in Directory.GetFiles(folder, ".*" + LockSuffix))
        {
            if (Hidden().IsMatch(Path.GetFileNameWithoutExtension(path)) && !IsLocked(path))
                File.Delete(path);
        }

        foreach (var path in Directory.GetDirectories(folder).Prepend(folder).SelectMany(place => Directory.GetFiles(place, ".*.tmp")))
        {
            if (Written().IsMatch(Path.GetFileName(path)) && now - File.GetLastWriteTimeUtc(path) > Forgotten)
                File.Delete(path);
        }
    }

    private static void Remove(string path, string target, bool isOld)
    {
        if (isOld && !Directory.Exists(target))
            Directory.Move(path, target);
        else
            Directory.Delete(path, recursive: true);
        File.Delete((isOld ? path[..^OldSuffix.Length] : path) + LockSuffix);
    }

    private static bool IsLocked(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    // .int8.<32 digits> and the same with a suffix; a model's own name may hold dots.
    [GeneratedRegex(@"\A(?<made>\.(?<name>[a-z0-9][a-z0-9._-]*)\.[0-9a-f]{32})(?<suffix>\.old|\.deleted)?\z")]
    private static partial Regex Hidden();

    // .variant.json.<32 digits>.tmp: what AtomicFile writes before it renames it.
    [GeneratedRegex(@"\A\..+\.[0-9a-f]{32}\.tmp\z")]
    private static partial Regex Written();
}
