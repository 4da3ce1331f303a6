using Lineup.Training.Data;

namespace Lineup.Training.Tests.Data;

public sealed class DrawsTests
{
    [Fact]
    public void Draws_OfSameSeedEpochAndIndex_AreSame()
    {
        var (one, other) = (new Draws(7, 3, 11), new Draws(7, 3, 11));

        Assert.Equal(Many(ref one), Many(ref other));
    }

    [Fact]
    public void Draws_OfNeighbours_ShareNothing()
    {
        var starts = new HashSet<double>();
        for (var seed = 0; seed < 10; seed++)
        {
            for (var epoch = 0; epoch < 10; epoch++)
            {
                for (var index = -1; index < 99; index++)
                {
                    var draws = new Draws(seed, epoch, index);
                    starts.Add(draws.Fraction());
                }
            }
        }

        Assert.Equal(10_000, starts.Count);
    }

    [Fact]
    public void Below_OfManyDraws_TakesEachNumberAlikeOften()
    {
        var draws = new Draws(1, 0, 0);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
            counts[draws.Below(7)]++;

        // Six standard deviations of a binomial distribution about its mean of 10,000.
        Assert.All(counts, count => Assert.InRange(count, 9_445, 10_555));
    }

    [Fact]
    public void Normal_OfManyDraws_HasMeanZeroAndVarianceOne()
    {
        var draws = new Draws(1, 0, 0);
        var values = Enumerable.Range(0, 100_000).Select(_ => draws.Normal()).ToArray();

        Assert.InRange(values.Average(), -0.02, 0.02);
        Assert.InRange(values.Average(value => value * value), 0.97, 1.03);
    }

    [Fact]
    public void Shuffle_OfAnyLength_HoldsEachNumberOnce()
    {
        var draws = new Draws(5, 1, -1);

        var order = draws.Shuffle(1000);

        Assert.Equal(Enumerable.Range(0, 1000), order.Order());
        Assert.NotEqual(Enumerable.Range(0, 1000), order);
    }

    private static double[] Many(ref Draws draws)
    {
        var values = new double[20];
        foreach (ref var value in values.AsSpan())
            value = draws.Between(-3, 5);
        return values;
    }
}
