using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;
using Lineup.Training.Networks;

namespace Lineup.Training.Tests.Networks;

public sealed class ResidualNetworkTests
{
    private static readonly InputSpecification Input = new() { Width = 16, Height = 16 };

    private static readonly NetworkSpecification Small = new()
    {
        Stem = 4,
        Stages =
        [
            new() { Width = 6, Blocks = 1, Downsample = Downsampling.MaxPool },
            new() { Width = 8, Downsample = Downsampling.AveragePool },
            new() { Width = 10, Blocks = 2 },
            new() { Width = 12, Downsample = Downsampling.None },
        ],
    };

    [Fact]
    public void Build_OfAnyBatch_GivesLogits()
    {
        using var session = GraphSession.Load(ResidualNetwork.Build("small", Small, Input, 5, 1));
        foreach (var batch in new[] { 1, 3 })
        {
            var logits = session.Run(TensorData.Create(new float[batch * 3 * 16 * 16], batch, 3, 16, 16))[0];

            Assert.Equal([batch, 5], logits.Dims.ToArray());
        }
    }

    [Fact]
    public void Build_OfSameSeed_GivesSameBytes()
    {
        var model = OnnxWriter.Write(ResidualNetwork.Build("small", Small, Input, 5, 1));

        Assert.Equal(model, OnnxWriter.Write(ResidualNetwork.Build("small", Small, Input, 5, 1)));
        Assert.NotEqual(model, OnnxWriter.Write(ResidualNetwork.Build("small", Small, Input, 5, 2)));
    }

    [Fact]
    public void Build_OfFreshWeights_KeepsSizeOfWhatFlows()
    {
        var random = new Random(3);
        using var session = GraphSession.Load(ResidualNetwork.Build("small", Small, Input, 5, 1));

        var logits = session.Run(TensorData.Create([.. Enumerable.Range(0, 64 * 3 * 16 * 16).Select(_ => (float)(random.NextDouble() - 0.5) * 3.46f)], 64, 3, 16, 16))[0];

        Assert.InRange(Math.Sqrt(logits.ToDoubles().Average(value => value * value)), 0.05, 20);
    }

    [Fact]
    public void Problems_OfManyMistakes_NameEach()
    {
        var network = new NetworkSpecification { Stem = 1, Stages = [new() { Width = 0, Blocks = -1 }, new() { Width = 8, Downsample = Downsampling.MaxPool }] };

        var problems = string.Join("; ", network.Problems(10, 10));

        foreach (var name in new[] { "network.stem", "stages[0].width", "stages[0].blocks", "stages[1] cannot halve 5 x 5" })
            Assert.Contains(name, problems);
    }
}
