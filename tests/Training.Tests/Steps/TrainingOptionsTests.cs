using Lineup.Training.Optimizers;
using Lineup.Training.Steps;

namespace Lineup.Training.Tests.Steps;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void Problems_OfDefaults_AreNone() => Assert.Empty(new TrainingOptions { Batch = 8 }.Problems());

    [Fact]
    public void Problems_OfManyMistakes_NameEach()
    {
        var options = new TrainingOptions
        {
            Batch = 0,
            ClipNorm = 0,
            NormalizationMomentum = 1.5,
            Temperature = double.NaN,
            TargetWeight = -1,
            Features = [new("conv1", 0)],
            Optimizer = new AdamWOptions { Beta1 = 1, Beta2 = -0.1, Epsilon = 0, WeightDecay = double.PositiveInfinity },
        };

        var problems = string.Join("; ", options.Problems());

        foreach (var name in new[]
        {
            "Batch", "ClipNorm", "NormalizationMomentum", "Temperature", "TargetWeight", "'conv1'", "Beta1", "Beta2", "Epsilon",
            "WeightDecay",
        })
            Assert.Contains(name, problems);
    }
}
