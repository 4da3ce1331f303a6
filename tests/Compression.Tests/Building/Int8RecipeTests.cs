using Lineup.Compression.Building;

namespace Lineup.Compression.Tests.Building;

public sealed class Int8RecipeTests
{
    [Theory]
    [InlineData(new[] { "avx2" }, false, true)]
    [InlineData(new[] { "avx2", "avx512f" }, false, true)]
    [InlineData(new[] { "avx2" }, true, false)]
    [InlineData(new[] { "avx2", "avx_vnni" }, false, false)]
    [InlineData(new[] { "avx2", "avx512f", "avx512_vnni" }, false, false)]
    [InlineData(new[] { "asimddp" }, false, false)]
    [InlineData(new string[0], false, false)]
    public void Advice_ProcessorWhoseSumsMaySaturate_IsToCompareWithAReducedRange(string[] features, bool reducedRange, bool advises) =>
        Assert.Equal(advises, Int8Recipe.Advice(features, reducedRange)?.Contains("--reduce-range", StringComparison.Ordinal) == true);
}
