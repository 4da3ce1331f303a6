using Lineup.Compression.Pruning.Numerics;
using static Lineup.Compression.Tests.Pruning.MomentSamples;

namespace Lineup.Compression.Tests.Pruning;

/// <summary>Factors, inverses and what has none.</summary>
public sealed class CholeskyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void Inverse_TimesTheMatrix_IsTheIdentity(int n)
    {
        var (equations, _) = Equations(n, 3, 200);

        var inverse = equations.Inverse(TwoThreads);

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                double product = 0;
                for (var k = 0; k < n; k++)
                    product += equations.Matrix[(i * n) + k] * inverse[(k * n) + j];
                Assert.Equal(i == j ? 1 : 0, product, 1e-8);
            }
        }
    }

    [Fact]
    public void Inverse_OfAMatrixThatIsWorkedOnInBlocks_TimesTheMatrixIsTheIdentityOnAnyThreads()
    {
        const int n = BlockedCholesky.From + 77;
        var (equations, _) = Equations(n, 1, 1500);

        var (one, two) = (equations.Inverse(new() { MaxDegreeOfParallelism = 1 }), equations.Inverse(TwoThreads));

        Assert.Equal(one, two);
        var products = RowProducts.Of(equations.Matrix, two, n, TwoThreads);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                Assert.Equal(i == j ? 1 : 0, products[(i * n) + j], 1e-8);
        }
    }

    [Fact]
    public void TryFactor_OfALargeIndefiniteMatrix_SaysSo()
    {
        const int n = 200;
        var matrix = new double[n * n];
        for (var i = 0; i < n; i++)
            matrix[(i * n) + i] = i == 150 ? -1 : 1;

        var factored = BlockedCholesky.TryFactor(matrix, n, TwoThreads);

        Assert.False(factored);
    }

    [Fact]
    public void TryFactor_OfAnIndefiniteMatrix_SaysSo()
    {
        double[] matrix = [1, 2, 2, 1];

        var factored = Cholesky.TryFactor(matrix, 2);

        Assert.False(factored);
    }
}
