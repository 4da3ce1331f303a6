using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Compression.Tests.Models;

namespace Lineup.Compression.Tests.Onnx.Passes;

public sealed class PassPipelineTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("resnet50", true)]
    [InlineData("xception", true)]
    [InlineData("mobilenetv1", true)]
    [InlineData("mobilenetv2", true)]
    [InlineData("squeezenet", true)]
    [InlineData("resnet50", false)]
    [InlineData("xception", false)]
    public void Canonical_ReferenceModel_ComputesTheSameWithoutNorms(string name, bool small) =>
        Equivalent(ReferenceModelTests.Build(name, small), name);

    [Theory]
    [Trait("Ring", "Real")]
    [MemberData(nameof(SharedModels.All), MemberType = typeof(SharedModels))]
    public void Canonical_RealModel_ComputesTheSame(string name) => Equivalent(SharedModels.Require(name), name);

    [Fact]
    public void Run_PassThatBreaksTheGraph_IsNamed()
    {
        var model = Nets.Of(4, (graph, x) => graph.Add("Relu", graph.Add("Neg", x).Output).Output);
        var pipeline = new PassPipeline(new RemoveUnused(), new Saboteur("swap names", graph => graph.Nodes[0].Output.Name = "x"));

        var error = Assert.Throws<InvalidModelException>(() => pipeline.Run(model));

        Assert.Contains("'swap names'", error.Message);
    }

    [Fact]
    public void Run_PassThatChangesTheResult_IsRefused()
    {
        var model = Nets.Of(4, (graph, x) => graph.Conv(x, 4, 4).Output);
        var saboteur = new Saboteur("double", graph =>
        {
            var weight = graph.Initializers[0];
            weight.SetData(TensorData.Create(Array.ConvertAll(weight.Data!.ToArray<float>(), value => 1.01f * value), weight.Data.Dims));
        });

        Assert.Throws<InvalidModelException>(() => new PassPipeline(saboteur).Run(model.Clone()));
        new PassPipeline(saboteur) { VerifyOutputs = false }.Run(model.Clone());
    }

    private void Equivalent(OnnxModel model, string name)
    {
        var before = model.Clone();

        var results = PassPipeline.Canonical().Run(model);

        foreach (var result in results)
            output.WriteLine($"{name}: {result.Pass}: {result.Done.Count} done, {result.LeftAlone.Count} left alone");
        Assert.All(results, result => Assert.Empty(result.LeftAlone));
        Assert.DoesNotContain(model.Graph.Nodes, node => node.OpType is "BatchNormalization" or "Identity" or "Dropout" or "Constant");
        Assert.All(model.Graph.Values(), value => Assert.NotNull(value.Dims));
        foreach (var seed in new[] { 11, 12 })
        {
            var difference = TensorDifference.Relative(Tensors.Run(before, seed)[0], Tensors.Run(model, seed)[0]);
            output.WriteLine($"{name}: largest difference {difference:0.0e0} of the largest score");
            Assert.InRange(difference, 0, 2e-5);
        }

        Assert.Equal(OnnxWriter.Write(model), OnnxWriter.Write(OnnxReader.Read(OnnxWriter.Write(model))));
        Assert.All(PassPipeline.Canonical().Run(model), result => Assert.False(result.Changed, string.Join(", ", result.Done)));
    }

    private sealed class Saboteur(string name, Action<Graph> spoil) : IGraphPass
    {
        public string Name => name;

        public PassResult Run(OnnxModel model)
        {
            spoil(model.Graph);
            return new(name, ["something"], []);
        }
    }
}
