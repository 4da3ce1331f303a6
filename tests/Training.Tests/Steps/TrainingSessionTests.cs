using Lineup.Compression.Onnx;
using Lineup.Training.Optimizers;
using Lineup.Training.Steps;

namespace Lineup.Training.Tests.Steps;

public sealed class TrainingSessionTests
{
    private const int Batch = 16;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_OnOneBatch_LearnsIt(bool adam)
    {
        using var session = Session(new() { Batch = Batch, Optimizer = adam ? new AdamWOptions() : new SgdOptions() });
        Fill(session);
        var first = session.Run(adam ? 0.01f : 0.1f);

        var last = RunMany(session, 30, adam ? 0.01f : 0.1f);

        Assert.True(last.Loss < first.Loss / 5, $"from {first.Loss} to {last.Loss}");
        Assert.Equal(Batch, last.Correct);
    }

    [Fact]
    public void ToModel_AfterTraining_AnswersAsWasLearntWithRunningStatistics()
    {
        using var session = Session(new() { Batch = Batch, NormalizationMomentum = 0.5 });
        var (images, targets) = Fill(session);
        for (var i = 0; i < 40; i++)
            session.Run(i < 30 ? 0.1f : 0);

        var model = session.ToModel();

        Assert.Equal(Nets.Residual().Graph.Nodes.Select(node => node.OpType), model.Graph.Nodes.Select(node => node.OpType));
        using var inference = GraphSession.Load(model);
        var logits = inference.Run(TensorData.Create(images, Batch, 3, 8, 8))[0].ToArray<float>();
        for (var n = 0; n < Batch; n++)
        {
            var row = logits.AsSpan(n * 4, 4).ToArray();
            Assert.Equal(Array.IndexOf(targets, 1, n * 4) - (n * 4), Array.IndexOf(row, row.Max()));
        }
    }

    [Fact]
    public void Parameters_ReadAndSetInAnotherSession_ResumeBitForBit()
    {
        foreach (var optimizer in new OptimizerOptions[] { new SgdOptions(), new AdamWOptions() })
        {
            var graph = TrainingGraph.Build(Nets.Residual(), new() { Batch = Batch, Optimizer = optimizer, ClipNorm = 1 });
            using var straight = new TrainingSession(graph, new() { Threads = 1 });
            using var resumed = new TrainingSession(graph, new() { Threads = 1 });
            Fill(straight);
            Fill(resumed);
            straight.Run(0.05f);

            foreach (var (name, data) in straight.Parameters.ReadAll())
                resumed.Parameters.Set(name, data);

            for (var i = 0; i < 3; i++)
                Assert.Equal(straight.Run(0.05f), resumed.Run(0.05f));
            Assert.All(straight.Parameters.ReadAll(), pair => Assert.True(pair.Value.ContentEquals(resumed.Parameters.Read(pair.Key)), pair.Key));
        }
    }

    [Fact]
    public void Run_KeepingZeros_LeavesThemAndMovesTheRest()
    {
        var model = Nets.Residual();
        var weight = model.Graph.Find("conv1.weight")!;
        var pruned = weight.Data!.ToArray<float>();
        for (var i = 0; i < pruned.Length; i += 2)
            pruned[i] = 0;
        weight.SetData(TensorData.Create(pruned, weight.Data.Dims));
        using var session = new TrainingSession(TrainingGraph.Build(model, new() { Batch = Batch, KeepZeros = true }));
        Fill(session);
        for (var i = 0; i < 5; i++)
            session.Run(0.1f);

        var trained = session.Parameters.Read("conv1.weight").ToArray<float>();

        for (var i = 0; i < pruned.Length; i++)
            Assert.True(i % 2 == 0 ? trained[i] == 0 : trained[i] != pruned[i], $"element {i}");
    }

    [Fact]
    public void Run_WithFrozenNormalization_LearnsAndLeavesStatistics()
    {
        using var session = Session(new() { Batch = Batch, FreezeNormalization = true });
        Fill(session);
        var first = session.Run(0.02f);
        var last = RunMany(session, 30, 0.02f);

        Assert.True(last.Loss < first.Loss / 2, $"from {first.Loss} to {last.Loss}");
        Assert.DoesNotContain(session.Parameters.Tensors, tensor => tensor.Kind == StepTensorKind.Statistic);
    }

    [Fact]
    public void Run_OfAModelThatEndsInSoftmax_TakesTheLogits()
    {
        using var plain = Session(new() { Batch = Batch });
        using var softmax = new TrainingSession(TrainingGraph.Build(Nets.Residual(softmax: true), new() { Batch = Batch }));
        Fill(plain);
        Fill(softmax);

        Assert.Equal(plain.Run(0.1f).Loss, softmax.Run(0.1f).Loss, 1e-5f);
        Assert.Equal("Softmax", softmax.ToModel().Graph.Nodes[^1].OpType);
    }

    [Fact]
    public void Run_ThroughFakeQuantization_TrainsTheWeightBehindItAndKeepsItsZeros()
    {
        var model = Nets.Residual();
        Nets.FakeQuantize(model, "conv1.weight", 0.01f);
        var pruned = model.Graph.Find("conv1.weight")!;
        var numbers = pruned.Data!.ToArray<float>();
        numbers[0] = 0;
        pruned.SetData(TensorData.Create(numbers, pruned.Data.Dims));
        using var session = new TrainingSession(TrainingGraph.Build(model, new() { Batch = Batch, KeepZeros = true }));
        Fill(session);
        var first = session.Run(0.1f);

        var last = RunMany(session, 30, 0.1f);

        Assert.True(last.Loss < first.Loss / 3, $"from {first.Loss} to {last.Loss}");
        var trained = session.Parameters.Read("conv1.weight").ToArray<float>();
        Assert.Equal(0, trained[0]);
        Assert.NotEqual(numbers[1], trained[1]);
    }

    [Fact]
    public void Run_WithAFeatureLoss_BringsTheValueToTheTeachers()
    {
        var options = new TrainingOptions { Batch = Batch, TargetWeight = 0, Features = [new("pooled", 1)] };
        using var session = Session(options);
        Fill(session);
        session.FeatureTargets("pooled").Fill(0.3f);
        var first = session.Run(0.05f);

        var last = RunMany(session, 40, 0.05f);

        Assert.True(last.Loss < first.Loss / 5, $"from {first.Loss} to {last.Loss}");
    }

    [Fact]
    public void Run_WithWrongSizes_Refuses()
    {
        using var session = Session(new() { Batch = Batch });

        Assert.Throws<ArgumentException>(() => session.Run(new float[3], new float[Batch * 4], 0.1f));
        Assert.Throws<ArgumentException>(() => session.Parameters.Set("conv0.weight", Tensors.Normal(1, 2)));
        Assert.Throws<ArgumentException>(() => session.Parameters.Read("no such"));
    }

    private static StepResult RunMany(TrainingSession session, int steps, float rate)
    {
        var result = default(StepResult);
        for (var i = 0; i < steps; i++)
            result = session.Run(rate);
        return result;
    }

    private static TrainingSession Session(TrainingOptions options) => new(TrainingGraph.Build(Nets.Residual(), options), new() { Threads = 2 });

    /// <summary>Pictures of noise, brighter in one of three colours or in none: four classes.</summary>
    private static (float[] Images, float[] Targets) Fill(TrainingSession session)
    {
        var (images, targets) = (Tensors.Normal(5, Batch, 3, 8, 8).ToArray<float>(), new float[Batch * 4]);
        var random = new Random(6);
        for (var n = 0; n < Batch; n++)
        {
            var label = random.Next(4);
            targets[(n * 4) + label] = 1;
            for (var i = 0; i < 64 && label < 3; i++)
                images[(((n * 3) + label) * 64) + i] += 1;
        }

        images.CopyTo(session.Images);
        targets.CopyTo(session.Targets);
        return (images, targets);
    }
}
