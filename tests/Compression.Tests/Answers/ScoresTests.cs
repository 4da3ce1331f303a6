using Lineup.Compression.Answers;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Tests.Answers;

public sealed class ScoresTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(0, 3)]
    [InlineData(2, 4)]
    public void Rank_EqualScores_KeepClassOrder(int index, int expected) =>
        Assert.Equal(expected, Scores.Rank([2, 9, -1, 9, 5], index));

    [Fact]
    public void Best_EqualScores_IsTheFirst() => Assert.Equal(1, Scores.Best([2, 9, -1, 9, 5]));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void AreFinite_OneThatIsNot_IsFalse(float bad) => Assert.False(Scores.AreFinite([1, bad, 2]));

    /// <summary>0.5 ln(0.5/0.25) + 0.5 ln(0.5/0.75), whether given as probabilities or as logits with any offset.</summary>
    [Theory]
    [InlineData(ModelOutput.Probabilities, 0.5f, 0.5f, 0.25f, 0.75f)]
    [InlineData(ModelOutput.Logits, 7f, 7f, -100f, -98.9013877113f)]
    public void Divergence_TwoClasses_IsTheFormulas(ModelOutput output, float p0, float p1, float q0, float q1)
    {
        var (p, q) = (Logarithms([p0, p1], output), Logarithms([q0, q1], output));

        var divergence = Scores.Divergence(p, q);

        Assert.Equal((0.5 * Math.Log(2)) + (0.5 * Math.Log(2d / 3)), divergence, 1e-6);
    }

    [Fact]
    public void Divergence_OfItself_IsZero()
    {
        var p = Logarithms([3, 1, -40, 0.5f], ModelOutput.Logits);

        Assert.Equal(0, Scores.Divergence(p, p));
    }

    [Fact]
    public void Divergence_ClassRuledOut_IsFinite()
    {
        var (p, q) = (Logarithms([0.5f, 0.5f], ModelOutput.Probabilities), Logarithms([1, 0], ModelOutput.Probabilities));

        var divergence = Scores.Divergence(p, q);

        Assert.Equal((0.5 * Math.Log(0.5)) + (0.5 * Math.Log(0.5 / 1e-12)), divergence, 1e-6);
    }

    [Fact]
    public void LogProbabilities_HugeLogits_DoNotOverflow() =>
        Assert.Equal([0, Math.Log(1e-12)], Logarithms([3e38f, -3e38f], ModelOutput.Logits));

    private static double[] Logarithms(float[] scores, ModelOutput output)
    {
        var logarithms = new double[scores.Length];
        Scores.LogProbabilities(scores, output, logarithms);
        return logarithms;
    }
}
