using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Inference.Tests.Sessions;

public sealed class TopKTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1000)]
    public void Select_Logits_EqualsSoftmaxByDefinition(int k)
    {
        var random = new Random(7);
        var logits = Enumerable.Range(0, 1000).Select(_ => (float)((random.NextDouble() * 40) - 20)).ToArray();
        var sum = logits.Sum(logit => Math.Exp(logit));
        var expected = logits
            .Select((logit, index) => (Index: index, Probability: Math.Exp(logit) / sum))
            .OrderByDescending(scored => scored.Probability)
            .Take(k)
            .ToArray();

        var best = TopK.Select(logits, ModelOutput.Logits, k);

        Assert.Equal(expected.Select(scored => scored.Index), best.Select(scored => scored.Index));
        Assert.All(best.Zip(expected), pair => Assert.Equal(pair.Second.Probability, pair.First.Probability, 1e-6));
    }

    [Fact]
    public void Select_Probabilities_AreLeftAsTheyAre()
    {
        var best = TopK.Select([0.1f, 0.7f, 0.2f], ModelOutput.Probabilities, 2);

        Assert.Equal([new(1, 0.7f), new(2, 0.2f)], best);
    }

    [Theory]
    [InlineData(1e30f)]
    [InlineData(-1e30f)]
    [InlineData(89f)]
    public void Select_LogitsThatOverflowAnExponential_GiveProbabilities(float logit)
    {
        var best = TopK.Select([logit, logit, logit, logit], ModelOutput.Logits, 4);

        Assert.All(best, scored => Assert.Equal(0.25f, scored.Probability, 1e-6));
    }

    [Theory]
    [InlineData(ModelOutput.Logits)]
    [InlineData(ModelOutput.Probabilities)]
    public void Select_EqualScores_KeepClassOrder(ModelOutput output)
    {
        var best = TopK.Select([0.1f, 0.3f, 0.3f, 0.1f, 0.3f], output, 4);

        Assert.Equal([1, 2, 4, 0], best.Select(scored => scored.Index));
    }

    [Fact]
    public void Select_MoreThanThereAre_GivesAllClasses()
    {
        var best = TopK.Select([0.2f, 0.8f], ModelOutput.Probabilities, 10);

        Assert.Equal([1, 0], best.Select(scored => scored.Index));
    }

    [Theory]
    [InlineData(ModelOutput.Logits, 0)]
    [InlineData(ModelOutput.Logits, 2)]
    [InlineData(ModelOutput.Probabilities, 0)]
    public void Select_NotANumberAmongScores_IsNotHidden(ModelOutput output, int place)
    {
        float[] scores = [0.1f, 0.2f, 0.3f, 0.4f];
        scores[place] = float.NaN;

        var best = TopK.Select(scores, output, 2);

        // The caller looks at the best one only.
        Assert.Equal(2, best.Length);
        Assert.True(output == ModelOutput.Probabilities || float.IsNaN(best[0].Probability));
    }
}
