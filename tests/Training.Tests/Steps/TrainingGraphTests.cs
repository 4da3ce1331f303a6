using Lineup.Compression.Onnx;
using Lineup.Training.Steps;

namespace Lineup.Training.Tests.Steps;

public sealed class TrainingGraphTests
{
    [Fact]
    public void Build_OfOperatorsWithoutAGradient_NamesThemAll()
    {
        var error = Assert.Throws<UnsupportedModelException>(
            () => TrainingGraph.Build(Nets.Ending("Erf", "Relu", "Softplus"), new() { Batch = 2 }));

        Assert.Contains("Erf 'erf-value-node'", error.Message);
        Assert.Contains("Softplus 'softplus-value-node'", error.Message);
        Assert.DoesNotContain("Relu", error.Message);
    }

    [Fact]
    public void Build_OfUnsoundOptions_NamesThem() =>
        Assert.Contains("Batch", Assert.Throws<ArgumentException>(() => TrainingGraph.Build(Nets.Linear(3), new() { Batch = 0 })).Message);

    [Fact]
    public void Build_LeavesTheModelAsItIs()
    {
        var model = Nets.Residual();
        var before = OnnxWriter.Write(model);

        TrainingGraph.Build(model, new() { Batch = 4 });

        Assert.Equal(before, OnnxWriter.Write(model));
    }

    [Fact]
    public void Build_OfTheSameModel_GivesTheSameBytes()
    {
        var steps = Enumerable.Range(0, 2).Select(_ => OnnxWriter.Write(TrainingGraph.Build(Nets.Residual(), new() { Batch = 4 }).Step)).ToArray();

        Assert.Equal(steps[0], steps[1]);
    }

    [Fact]
    public void ToModel_WithWrongTensors_Refuses()
    {
        var graph = TrainingGraph.Build(Nets.Linear(3), new() { Batch = 4 });

        Assert.Throws<ArgumentException>(() => graph.ToModel(new Dictionary<string, TensorData> { ["no such"] = Tensors.Normal(1, 2) }));
        Assert.Throws<ArgumentException>(() => graph.ToModel(new Dictionary<string, TensorData> { ["gemm.bias"] = Tensors.Normal(1, 2) }));
    }
}
