using Lineup.Training.Optimizers;
using Lineup.Training.Steps;

namespace Lineup.Training.Tests.Losses;

public sealed class SoftmaxCrossEntropyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Run_AtATemperature_GivesLossAndGradientsOfPlainArithmetic(double temperature)
    {
        var task = new LinearTask();
        var options = new TrainingOptions
        {
            Batch = LinearTask.Batch,
            Temperature = temperature,
            Optimizer = new SgdOptions { Momentum = 0, WeightDecay = 0 },
        };
        using var session = new TrainingSession(TrainingGraph.Build(Nets.Linear(LinearTask.Classes), options));
        var weight = session.Parameters.Read("gemm.weight").ToDoubles();
        var (loss, gradient, _) = task.Differentiate(weight, session.Parameters.Read("gemm.bias").ToDoubles(), temperature);

        var result = session.Run(task.Images, task.Targets, 1);

        Assert.Equal(loss, result.Loss, 1e-4);
        var moved = session.Parameters.Read("gemm.weight").ToDoubles();
        for (var i = 0; i < weight.Length; i++)
            Assert.Equal(gradient[i], weight[i] - moved[i], 1e-5);
    }

    [Fact]
    public void Run_OnLogitsBeyondExp_StaysFinite()
    {
        var options = new TrainingOptions { Batch = LinearTask.Batch };
        using var session = new TrainingSession(TrainingGraph.Build(Nets.Linear(LinearTask.Classes), options));
        var images = Array.ConvertAll(new LinearTask().Images, pixel => pixel * 1e4f);

        var result = session.Run(images, new LinearTask().Targets, 0);

        Assert.True(float.IsFinite(result.Loss) && float.IsFinite(result.GradientNorm), result.ToString());
    }
}
