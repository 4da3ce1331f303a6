using Lineup.Compression.Pictures;

namespace Lineup.Compression.Tests.Pictures;

public sealed class SubsetTests
{
    private static readonly int[] Items = [.. Enumerable.Range(0, 1000)];

    [Fact]
    public void Pick_SameSeed_IsTheSameInOldOrder()
    {
        var first = Subset.Pick(Items, 50, seed: 7);

        var second = Subset.Pick(Items, 50, seed: 7);

        Assert.Equal(first, second);
        Assert.Equal(first.Order(), first);
        Assert.Equal(50, first.Distinct().Count());
        Assert.NotEqual(first, Subset.Pick(Items, 50, seed: 8));
    }

    [Fact]
    public void Pick_KnownSeed_StaysTheSameForever() =>
        Assert.Equal([5, 6, 7, 9], Subset.Pick(Items[..10], 4, seed: 1));

    [Fact]
    public void Pick_MoreThanThereAre_IsAll() => Assert.Equal(Items, Subset.Pick(Items, 2000, seed: 1));

    [Fact]
    public void Pick_ManySeeds_TakesEveryItemAboutEquallyOften()
    {
        var counts = new int[20];

        for (var seed = 0; seed < 4000; seed++)
        {
            foreach (var item in Subset.Pick(Items[..20], 5, seed))
                counts[item]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 870, 1130));
    }
}
