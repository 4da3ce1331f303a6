using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Compression.Pruning;
using Lineup.Compression.Pruning.Channels;
using Lineup.Compression.Tests.Models;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Compression.Tests.Pruning;

public sealed class ChannelPruningTests
{
    private static readonly PruningOptions Options = new() { Structure = PruningStructure.Channels };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Run_ForFewerMultiplyAdds_GivesASmallerModelThatRuns()
    {
        var model = PruningScene.Model();

        var result = Prune(model, Options);

        Assert.True(result.MultiplyAdds!.After <= 0.7 * result.MultiplyAdds.Before);
        Assert.True(result.MultiplyAdds.After > 0.4 * result.MultiplyAdds.Before);
        GraphValidator.Validate(result.Model);
        var (expected, actual) = (PruningScene.Run(model), PruningScene.Run(result.Model));
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(PruningScene.RelativeError(expected, actual), 0, 1);
        Assert.True(OnnxWriter.Write(result.Model).Length < OnnxWriter.Write(model).Length);
        Assert.All(result.Layers, layer => Assert.NotEmpty(layer.Why));
    }

    [Fact]
    public void Run_WithAShortcut_CutsBothSidesAlike()
    {
        var result = Prune(PruningScene.Model(), Options with { MultiplyAddReduction = 0.5 });

        var graph = result.Model.Graph;
        var add = graph.Nodes.Single(node => node.Is("Add"));
        var (left, right) = (Rows(add.Input(0)!.Producer!), Rows(add.Input(1)!.Producer!));
        Assert.Equal(left, right);
        Assert.All(
            graph.Nodes.Where(node => node.Is("Conv") && node.Attributes.GetInt("group", 1) > 1),
            node => Assert.Equal(Rows(node), node.Attributes.GetInt("group", 1)));

        static long Rows(Node node) => node.Input(1)!.Data!.Dims[0];
    }

    [Fact]
    public void Run_WithOneOrTwoThreads_GivesTheSameBytes()
    {
        var model = PruningScene.Model();

        var one = Prune(model, Options with { Threads = 1 });
        var two = Prune(model, Options with { Threads = 2 });

        Assert.Equal(OnnxWriter.Write(one.Model), OnnxWriter.Write(two.Model));
    }

    [Fact]
    public void Spaces_OfANetThatConcatenates_KnowWhichPartAConsumerReads()
    {
        var net = new NetBuilder("fire", seed: 1, side: 16);
        var squeezed = net.Relu(net.Conv(net.Input, 8, 1, bias: true));
        var small = net.Relu(net.Conv(squeezed, 16, 1, bias: true));
        var large = net.Relu(net.Conv(squeezed, 24, 3, bias: true));
        var last = net.Conv(net.Concat(small, large), 10, 1, bias: true);
        var model = net.Build(net.GlobalAveragePool(last));
        PassPipeline.Canonical().Run(model);

        var spaces = new ChannelSpaces(model, new LayerSet(model.Graph)).Prunable;

        Assert.Equal([8, 16, 24], spaces.Select(space => space.Channels).Order());
        Assert.Equal(2, spaces.Single(space => space.Channels == 8).Consumers.Count);
        Assert.Equal(0, Assert.Single(spaces.Single(space => space.Channels == 16).Consumers).Offset);
        Assert.Equal(16, Assert.Single(spaces.Single(space => space.Channels == 24).Consumers).Offset);
    }

    [Fact]
    public void Spaces_OfTheScene_JoinWhatAnAdditionJoins()
    {
        var model = PruningScene.Model();

        var spaces = new ChannelSpaces(model, new LayerSet(model.Graph));

        var joined = spaces.Prunable.Single(space => space.Producers.Count == 2);
        Assert.Equal(24, joined.Channels);
        Assert.Equal(2, joined.Consumers.Count);
        Assert.DoesNotContain(spaces.Prunable, space => space.Channels == 20);
    }

    private static PruningResult Prune(OnnxModel model, PruningOptions options) =>
        new Pruner(model, PruningScene.Pictures(), ModelOutput.Logits, options).Run(null, Cancellation);
}
