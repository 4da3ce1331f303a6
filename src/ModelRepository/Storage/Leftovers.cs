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

    /// <summary>
    /// Removes half-made variants and what remains of deleted ones. A variant that was being replaced, and whose replacement did not
    /// get its name any more, gets it back.
    /// </summary>
    /// <returns>What could not be tidied up, and why; empty where all is well.</returns>
    public static IReadOnlyList<string> Clear(ModelStore store)
    {
        var problems = new List<string>();
        if (!Directory.Exists(store.Root))
            return problems;
        foreach (var folder in Directory.GetDirectories(store.Root).Prepend(store.Root))
        {
            try
            {
                ClearIn(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                problems.Add(error.Message);
            }
        }

        return problems;
    }

    private static void ClearIn(string folder)
    {
        foreach (var path in Directory.GetDirectories(folder, ".*"))
        {
            var match = Hidden().Match(Path.GetFileName(path));
            if (match.Groups["suffix"].Value == DeletedSuffix)
                Directory.Delete(path, recursive: true);
            else if (match.Success && !IsLocked(Path.Combine(folder, match.Groups["made"].Value) + LockSuffix))
                Remove(path, Path.Combine(folder, match.Groups["name"].Value), match.Groups["suffix"].Value == OldSuffix);
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
}
