using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Compression.Pruning;
using Lineup.Compression.Tests.Models;
using Lineup.Compression.Tests.Pictures;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Compression.Tests.Pruning;

/// <summary>Pruning of ResNet-50 and Xception with all their layers and few channels: what there is in them that MobileNets do not have.</summary>
public sealed class ReferenceNetPruningTests
{
    public static TheoryData<string> Names => ["resnet50", "xception"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_ToHalfTheWeights_MeetsItAndStaysCloserThanByMagnitude(string name)
    {
        var model = Model(name);
        var expected = Scores(name, model);

        var result = Prune(name, model, new());

        Assert.Equal((long)Math.Round(0.5 * result.Parameters), result.Layers.Sum(layer => (long)layer.Zeros));
        Assert.All(result.Layers, layer => Assert.NotEqual(LayerTreatment.Untouched, layer.Treatment));
        var plain = Prune(name, model, new() { Method = PruningMethod.Magnitude });
        var (error, byMagnitude) = (Error(result), Error(plain));
        Assert.True(error < byMagnitude, $"the error is {error}, by magnitude {byMagnitude}");

        double Error(PruningResult pruned) => PruningScene.RelativeError(expected, Scores(name, pruned.Model));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_ForFewerMultiplyAdds_CutsBothSidesOfEveryAdditionAlike(string name)
    {
        var model = Model(name);

        var result = Prune(name, model, new() { Structure = PruningStructure.Channels });

        Assert.True(result.MultiplyAdds!.After <= 0.7 * result.MultiplyAdds.Before);
        new InferShapes().Run(result.Model);
        var adds = result.Model.Graph.Nodes.Where(node => node.Is("Add")).ToList();
        Assert.Equal(model.Graph.Nodes.Count(node => node.Is("Add")), adds.Count);
        Assert.All(adds, add => Assert.Equal(add.Input(0)!.Dims![1], add.Input(1)!.Dims![1]));
        Assert.All(Scores(name, result.Model), score => Assert.True(float.IsFinite(score)));
        Assert.InRange(PruningScene.RelativeError(Scores(name, model), Scores(name, result.Model)), 0, 1);
    }

    private static OnnxModel Model(string name)
    {
        var model = ReferenceModelTests.Build(name, small: true);
        PassPipeline.Canonical().Run(model);
        return model;
    }

    /// <summary>Of pictures that nothing was fitted to.</summary>
    private static float[] Scores(string name, OnnxModel model)
    {
        var pictures = Pictures(name, first: 100, count: 4);
        using var session = GraphSession.Load(model);
        var scores = new float[pictures.Count][];
        pictures.ForEach(
            (i, picture) => session.Run(picture, pictures.Input.Shape, outputs => scores[i] = outputs[0].GetTensorDataAsSpan<float>().ToArray()),
            TestContext.Current.CancellationToken);
        return [.. scores.SelectMany(own => own)];
    }

    private static PruningResult Prune(string name, OnnxModel model, PruningOptions options) =>
        new Pruner(model, Pictures(name, first: 0, count: 24), ModelOutput.Logits, options).Run(null, TestContext.Current.CancellationToken);

    private static CalibrationPictures Pictures(string name, int first, int count)
    {
        var side = name == "xception" ? 75 : 64;
        using var folder = new PictureFolder();
        for (var i = 0; i < count; i++)
            folder.Add($"picture{i:00}.jpg", TestImages.Photograph(90, 80, seed: first + i));
        using var set = folder.Open();
        var input = new InputSpecification { Width = side, Height = side, CenterCrop = side, ResizeShorterSide = side };
        return CalibrationPictures.Load(set, new(input), null, TestContext.Current.CancellationToken);
    }
}
