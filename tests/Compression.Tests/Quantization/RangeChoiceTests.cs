using Lineup.Compression.Answers;
using Lineup.Compression.Quantization;

namespace Lineup.Compression.Tests.Quantization;

public sealed class RangeChoiceTests
{
    [Fact]
    public void Choose_ClearlyLeast_IsTakenHoweverMuchItClips()
    {
        var (trials, taken) = Choose((RangeMethod.MinMax, 1, [5, 6, 5, 6]), (RangeMethod.Percentile9999, 0.2, [1, 2, 1, 2]));

        Assert.Equal(1, taken);
        Assert.Equal((4, 0), (trials[0].Excess, trials[0].ExcessError));
        Assert.Equal((0, 0), (trials[1].Excess, trials[1].ExcessError));
    }

    /// <summary>Differences 1, -1, 1, 1: their mean is 0.5, their deviation 1, and the standard error of the mean 1 / sqrt 4 = 0.5.</summary>
    [Theory]
    [InlineData(0.9, 0)]
    [InlineData(0.7, 1)]
    public void Choose_WithinTheStandardError_TakesWhatClipsLess(double kept, int expected)
    {
        var (trials, taken) = Choose((RangeMethod.WideMeanMinMax, kept, [3, 1, 5, 2]), (RangeMethod.MeanMinMax, 0.8, [2, 2, 4, 1]));

        Assert.Equal(expected, taken);
        Assert.Equal(0.5, trials[0].Excess, 1e-12);
        Assert.Equal(0.5, trials[0].ExcessError, 1e-12);
    }

    [Fact]
    public void Choose_BeyondTheStandardError_IsNotTakenThoughItClipsLess()
    {
        var (_, taken) = Choose((RangeMethod.WideMeanMinMax, 0.9, [3, 1.1, 5, 2]), (RangeMethod.MeanMinMax, 0.8, [2, 2, 4, 1]));

        Assert.Equal(1, taken);
    }

    [Fact]
    public void Choose_NotFinite_NeverWins()
    {
        var (_, taken) = Choose((RangeMethod.MinMax, 1, [0, double.NaN]), (RangeMethod.MeanMinMax, 0.5, [3, 4]));

        Assert.Equal(1, taken);
    }

    [Fact]
    public void Choose_NoneFinite_TakesNone() => Assert.Null(Choose((RangeMethod.MinMax, 1, [double.NaN])).Taken);

    [Fact]
    public void Choose_OneView_TakesTheLeast() =>
        Assert.Equal(1, Choose((RangeMethod.MinMax, 1, [2]), (RangeMethod.MeanMinMax, 0.5, [1])).Taken);

    private static (IReadOnlyList<RangeTrial> Trials, int? Taken) Choose(params (RangeMethod Method, double Kept, double[] Kl)[] methods)
    {
        AnswerDifference[][] differences = [.. methods.Select(one => one.Kl.Select(kl => new AnswerDifference(kl, true)).ToArray())];
        return RangeChoice.Choose([.. methods.Select((one, i) => new RangeTrial(one.Method, Divergence.Of(differences[i]), one.Kept))], differences);
    }
}
