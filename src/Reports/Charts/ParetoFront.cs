namespace Lineup.Reports.Charts;

/// <summary>What is worth choosing between: nothing else is both faster and more accurate.</summary>
public static class ParetoFront
{
    /// <summary>From the fastest, least accurate to the slowest, most accurate. Of equals the first is taken.</summary>
    public static IReadOnlyList<T> Of<T>(IEnumerable<T> candidates, Func<T, double> time, Func<T, double> accuracy)
    {
        var front = new List<T>();
        foreach (var candidate in candidates.OrderBy(time).ThenByDescending(accuracy))
        {
            if (front.Count == 0 || accuracy(candidate) > accuracy(front[^1]))
                front.Add(candidate);
        }

        return front;
    }
}
