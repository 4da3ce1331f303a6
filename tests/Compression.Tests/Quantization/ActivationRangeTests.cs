using Lineup.Compression.Calibration;
using Lineup.Compression.Quantization;

namespace Lineup.Compression.Tests.Quantization;

public sealed class ActivationRangeTests
{
    [Theory]
    [InlineData(RangeMethod.MinMax, -3, 9)]
    [InlineData(RangeMethod.MeanMinMax, -2, 6)]
    [InlineData(RangeMethod.WideMeanMinMax, -2.3, 6.9)]
    public void For_ThreePictures_IsTheMethodsRange(RangeMethod method, double low, double high)
    {
        var statistics = Statistics([-1, 0, 3], [-2, 1, 6], [-3, 2, 9]);

        var range = ActivationRange.For(statistics, method);

        Assert.Equal((high - low) / 255, range.Scale, 1e-6);
        Assert.Equal(Math.Round(-low / range.Scale), range.ZeroPoint);
    }

    [Fact]
    public void For_WideRange_NeverExceedsWhatWasSeen()
    {
        var range = ActivationRange.For(Statistics([0, 1, 6], [0, 2, 6]), RangeMethod.WideMeanMinMax);

        Assert.Equal(6d / 255, range.Scale, 1e-7);
        Assert.Equal(0, range.ZeroPoint);
    }

    [Fact]
    public void For_Percentile_LeavesOutliersOut()
    {
        var values = Enumerable.Range(0, 100_000).Select(i => i / 100_000f).ToArray();
        values[0] = 50;

        var range = ActivationRange.For(Statistics(values), RangeMethod.Percentile9999);

        Assert.InRange(range.Scale * 255, 0.99, 1.1);
    }

    [Theory]
    [InlineData(2, 5, 0, 5)]
    [InlineData(-5, -2, 255, 5)]
    [InlineData(0, 0, 0, 255)]
    [InlineData(-1, 3, 64, 4)]
    public void Between_AnyRange_HoldsZeroExactly(double low, double high, byte zeroPoint, double width)
    {
        var range = ActivationRange.Between(low, high);

        Assert.Equal(zeroPoint, range.ZeroPoint);
        Assert.Equal(width / 255, range.Scale, 1e-6);
    }

    private static TensorStatistics Statistics(params float[][] pictures)
    {
        var statistics = new TensorStatistics(1);
        foreach (var values in pictures)
            statistics.Add(new(values, 1));
        return statistics;
    }
}
