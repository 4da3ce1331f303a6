namespace Lineup.Compression.Pictures;

/// <summary>A part of a sequence, drawn by chance but the same at every time and place.</summary>
public static class Subset
{
    /// <summary>
    /// <paramref name="count"/> of the items without repetition, every choice equally likely, in their old order; all of them where
    /// there are no more. <see cref="Random"/> is not used: what a seed gives is not promised to stay the same between versions of .NET.
    /// </summary>
    public static IReadOnlyList<T> Pick<T>(IReadOnlyList<T> items, int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count >= items.Count)
            return items;

        var places = Enumerable.Range(0, items.Count).ToArray();
        var state = (ulong)seed;
        for (var i = 0; i < count; i++)
        {
            var j = i + (int)(((UInt128)Next(ref state) * (ulong)(items.Count - i)) >> 64);
            (places[i], places[j]) = (places[j], places[i]);
        }

        return [.. places.Take(count).Order().Select(place => items[place])];
    }

    /// <summary>SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.</summary>
    private static ulong Next(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
