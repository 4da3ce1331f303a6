using Lineup.Compression.Evaluation;

namespace Lineup.Compression.Tests.Evaluation;

public sealed class McNemarTests
{
    /// <summary>Exact: twice the binomial tail, by hand; 6 and 16 are a textbook's example with p = 0.0525.</summary>
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(3, 1, 0.625)]
    [InlineData(0, 5, 0.0625)]
    [InlineData(10, 0, 2d / 1024)]
    [InlineData(12, 12, 1)]
    [InlineData(6, 16, 0.052479)]
    public void PValue_FewDifferences_IsExact(int rightToWrong, int wrongToRight, double expected) =>
        Assert.Equal(expected, McNemar.PValue(rightToWrong, wrongToRight), 6);

    /// <summary>The same formula by Python's math.erfc; 150 and 86 are those of Agresti's survey.</summary>
    [Theory]
    [InlineData(150, 86, 4.11456e-05, 1e-9)]
    [InlineData(40, 40, 1, 1e-12)]
    [InlineData(39, 18, 0.00807149, 1e-7)]
    [InlineData(13, 12, 1, 1e-12)]
    [InlineData(121, 59, 5.45009e-06, 1e-10)]
    public void PValue_ManyDifferences_IsChiSquareCorrectedForContinuity(int rightToWrong, int wrongToRight, double expected, double margin) =>
        Assert.Equal(expected, McNemar.PValue(rightToWrong, wrongToRight), margin);

    [Fact]
    public void PValue_SidesExchanged_IsTheSame() => Assert.Equal(McNemar.PValue(17, 30), McNemar.PValue(30, 17));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.4795001221869535)]
    [InlineData(1, 0.15729920705028513)]
    [InlineData(1.999999, 0.004677755648073953)]
    [InlineData(2, 0.004677734981047266)]
    [InlineData(3, 2.2090496998585441e-05)]
    [InlineData(6, 2.1519736712498913e-17)]
    public void Complement_KnownArguments_HasKnownValues(double x, double expected) =>
        Assert.Equal(1, ErrorFunction.Complement(x) / expected, 1e-12);
}
