using Lineup.Compression.Onnx;
using Lineup.Compression.Pruning;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Tests.Pruning;

public sealed class LayerSurveyTests
{
    [Fact]
    public void Groups_OfLayersBeyondTheBudget_HoldWhatFitsAndMissNone()
    {
        var layers = new LayerSet(PruningScene.Model().Graph).Pruned;
        var budget = layers.Max(DenseMoments.MostBytes) + 1;

        var groups = LayerSurvey.Groups(layers, budget);

        Assert.Equal(layers, groups.SelectMany(group => group));
        Assert.InRange(groups.Count, 2, layers.Count);
        Assert.All(groups, group => Assert.InRange(group.Sum(DenseMoments.MostBytes), 1, budget));
    }

    [Fact]
    public void Groups_OfALayerThatIsTooLargeAlone_GiveItAPassOfItsOwn()
    {
        var layers = new LayerSet(PruningScene.Model().Graph).Pruned;

        var groups = LayerSurvey.Groups(layers, budget: 1);

        Assert.All(groups, group => Assert.Single(group));
    }

    [Theory]
    [InlineData(PruningStructure.Weights)]
    [InlineData(PruningStructure.Channels)]
    public void Run_WithLittleMemoryForTheSurvey_GivesTheSameBytes(PruningStructure structure)
    {
        var model = PruningScene.Model();

        var (much, little) = (Prune(768 << 20), Prune(1));

        Assert.Equal(much, little);

        byte[] Prune(long bytes) => OnnxWriter.Write(new Pruner(
            model, PruningScene.Pictures(), ModelOutput.Logits, new() { Structure = structure }, new() { SurveyBytes = bytes })
            .Run(null, TestContext.Current.CancellationToken).Model);
    }
}
