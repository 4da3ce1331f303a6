namespace Lineup.ModelRepository.Pulling;

/// <summary>Finds what somebody may have meant by a name that does not exist.</summary>
internal static class NearestNames
{
    /// <summary>Up to three names within a few typing errors of <paramref name="wanted"/>, or beginning like it; nearest first.</summary>
    public static IReadOnlyList<string> Find(string wanted, IEnumerable<string> names)
    {
        var limit = Math.Max(2, wanted.Length / 3);
        return
        [
            .. names
                .Select(name => (Name: name, Distance: DistanceOrPrefix(wanted.ToLowerInvariant(), name)))
                .Where(candidate => candidate.Distance <= limit)
                .OrderBy(candidate => candidate.Distance)
                .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
                .Take(3)
                .Select(candidate => candidate.Name),
        ];
    }

    private static int DistanceOrPrefix(string wanted, string name) =>
        wanted.Length > 0 && name.StartsWith(wanted, StringComparison.Ordinal) ? 0 : Distance(wanted, name);

    // Levenshtein's distance, one row of the table at a time.
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
