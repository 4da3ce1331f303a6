using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Training.Optimizers;
using Lineup.Training.Steps;

namespace Lineup.Training.Tests.Steps;

/// <summary>The families that are served, a quarter as wide and on small pictures, trained for a few steps as they are.</summary>
public sealed class ModelFamilyTests
{
    private const int Batch = 4;
    private const int Classes = 8;

    [Theory]
    [InlineData("resnet50", 64, false)]
    [InlineData("xception", 80, false)]
    [InlineData("mobilenetv1", 64, false)]
    [InlineData("mobilenetv1", 64, true)]
    [InlineData("mobilenetv2", 64, false)]
    [InlineData("mobilenetv2", 64, true)]
    [InlineData("squeezenet", 64, false)]
    public void Run_OfAFamily_FollowsItsGradient(string name, int side, bool folded)
    {
        var model = ReferenceNet.All.Single(net => net.Name == name).Build(3, Classes, 0.25, side);
        if (folded)
            PassPipeline.Canonical().Run(model);
        var options = new TrainingOptions
        {
            Batch = Batch,
            FreezeNormalization = true,
            Optimizer = new SgdOptions { Momentum = 0, WeightDecay = 0 },
        };
        using var session = new TrainingSession(TrainingGraph.Build(model, options), new() { Threads = 1 });
        Tensors.Normal(4, Batch, 3, side, side).AsSpan<float>().CopyTo(session.Images);
        session.Targets.Clear();
        for (var n = 0; n < Batch; n++)
            session.Targets[(n * Classes) + n] = 1;
        var still = session.Run(0);

        // A step so short that the loss falls by rate x norm^2, as the gradient says, if the gradient is right.
        var fall = 0.01f * still.Loss;
        var rate = fall / (still.GradientNorm * still.GradientNorm);
        session.Run(rate);
        var moved = session.Run(0);

        Assert.InRange(still.Loss - moved.Loss, 0.8 * fall, 1.2 * fall);
    }
}
