using Lineup.Compression.Pruning.Numerics;
using static Lineup.Compression.Tests.Pruning.MomentSamples;

namespace Lineup.Compression.Tests.Pruning;

/// <summary>Means and covariances of samples.</summary>
public sealed class MomentsTests
{
    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(5, 3, 40)]
    [InlineData(33, 70, 600)]
    public void Moments_OfCorrelatedSamples_AreThoseOfTheDefinition(int inputs, int targets, int samples)
    {
        var (x, y) = Samples(inputs, targets, samples);

        var moments = Accumulate(x, y, TwoThreads);

        var (meanX, meanY) = (Means(x), Means(y));
        Assert.Equal(samples, moments.Samples);
        for (var i = 0; i < inputs; i++)
        {
            Assert.Equal(meanX[i], moments.MeanX[i], 1e-5);
            for (var j = 0; j < inputs; j++)
                Assert.Equal(Covariance(x, meanX, i, x, meanX, j), moments.H[(i * inputs) + j], 1e-4);
            for (var j = 0; j < targets; j++)
                Assert.Equal(Covariance(x, meanX, i, y, meanY, j), moments.B[(i * targets) + j], 1e-4);
        }

        for (var j = 0; j < targets; j++)
            Assert.Equal(Covariance(y, meanY, j, y, meanY, j), moments.VarianceY[j], 1e-4);
    }

    [Fact]
    public void Moments_WithOneOrTwoThreads_AreTheSameBits()
    {
        var (x, y) = Samples(100, 50, 700);

        var one = Accumulate(x, y, new() { MaxDegreeOfParallelism = 1 });
        var two = Accumulate(x, y, TwoThreads);

        Assert.Equal(one.H, two.H);
        Assert.Equal(one.B, two.B);
        Assert.Equal(one.MeanX, two.MeanX);
    }

    [Fact]
    public void Moments_Error_IsTheMeanSquareOfWhatTheWeightsMiss()
    {
        var (x, y) = Samples(6, 2, 300);
        var moments = Accumulate(x, y, TwoThreads);
        float[] weights = [0.5f, 0, -1, 0.25f, 0, 2];
        var errors = new double[2];

        moments.Errors([.. new float[6], .. weights], errors, TwoThreads);

        var bias = moments.Bias(weights, 1);
        double expected = 0;
        for (var s = 0; s < x.Length; s++)
        {
            var miss = bias - y[s][1];
            for (var i = 0; i < 6; i++)
                miss += weights[i] * x[s][i];
            expected += miss * miss / x.Length;
        }

        Assert.Equal(expected, errors[1], expected * 1e-4);
    }

    [Fact]
    public void Expand_OfCompactMoments_GivesThemBackInSinglePrecision()
    {
        var (x, y) = Samples(40, 7, 300);
        var moments = Accumulate(x, y, TwoThreads);

        var back = new CompactMoments(moments).Expand();

        Assert.Equal(moments.MeanX, back.MeanX);
        for (var i = 0; i < moments.H.Length; i++)
            Assert.Equal((float)moments.H[i], back.H[i]);
        for (var i = 0; i < moments.B.Length; i++)
            Assert.Equal((float)moments.B[i], back.B[i]);
    }

    private static double Covariance(float[][] a, double[] meanA, int i, float[][] b, double[] meanB, int j)
    {
        double sum = 0;
        for (var s = 0; s < a.Length; s++)
            sum += (a[s][i] - meanA[i]) * (b[s][j] - meanB[j]);
        return sum / a.Length;
    }
}
