using Lineup.Compression.Answers;
using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Tests.Calibration;
using Lineup.Compression.Tests.Onnx.Passes;
using Lineup.ModelRepository.Manifests;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Compression.Tests.Answers;

public sealed class ReferenceAnswersTests
{
    [Theory]
    [InlineData(ModelOutput.Logits)]
    [InlineData(ModelOutput.Probabilities)]
    public void Compare_TheSameModel_DivergesByNothing(ModelOutput output)
    {
        var model = Classifier(output);

        var divergence = Answers(model, output).Compare(model, GraphOptimizationLevel.ORT_ENABLE_ALL, CancellationToken.None);

        Assert.Equal(new(0, 1, true), divergence);
    }

    [Fact]
    public void Compare_OtherLogits_GivesTheDivergenceOfTheDefinition()
    {
        var (model, changed) = (Classifier(ModelOutput.Logits), Classifier(ModelOutput.Logits, weightSeed: 8));
        var pictures = CalibrationScene.Pictures(6);

        var divergence = new ReferenceAnswers(model, pictures, ModelOutput.Logits, CancellationToken.None)
            .Compare(changed, GraphOptimizationLevel.ORT_DISABLE_ALL, CancellationToken.None);

        var (p, q) = (Probabilities(model, pictures), Probabilities(changed, pictures));
        var kl = p.Zip(q, (p, q) => p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum()).Average();
        Assert.Equal(kl, divergence.Kl, 1e-5);
        Assert.Equal(p.Zip(q, (p, q) => Best(p) == Best(q) ? 1d : 0).Average(), divergence.Agreement, 1e-9);
    }

    [Fact]
    public void Compare_ScoresThatAreNotFinite_SaysSo()
    {
        var broken = Classifier(ModelOutput.Logits, scale: float.NaN);

        var divergence = Answers(Classifier(ModelOutput.Logits), ModelOutput.Logits)
            .Compare(broken, GraphOptimizationLevel.ORT_ENABLE_ALL, CancellationToken.None);

        Assert.False(divergence.IsFinite);
    }

    [Fact]
    public void New_OriginalThatIsNotFinite_IsRefused() =>
        Assert.Throws<InvalidModelException>(() =>
            Answers(Classifier(ModelOutput.Logits, scale: float.PositiveInfinity), ModelOutput.Logits));

    private static ReferenceAnswers Answers(OnnxModel model, ModelOutput output) =>
        new(model, CalibrationScene.Pictures(6), output, CancellationToken.None);

    private static OnnxModel Classifier(ModelOutput output, int weightSeed = 7, float scale = 1) => Nets.Of(3, (graph, x) =>
    {
        var pooled = graph.Add("Flatten", graph.Add("GlobalAveragePool", x).Output).Output;
        var logits = graph.Add("MatMul", pooled, graph.Weight(weightSeed, 3, 5)).Output;
        var scaled = graph.Add("Mul", logits, graph.AddInitializer("scale", TensorData.Scalar(scale))).Output;
        return output == ModelOutput.Logits ? scaled : graph.Add("Softmax", scaled).Output;
    });

    private static int Best(double[] probabilities) => Array.IndexOf(probabilities, probabilities.Max());

    private static double[][] Probabilities(OnnxModel model, CalibrationPictures pictures)
    {
        using var session = GraphSession.Load(model);
        return [.. pictures.Tensors().Select(tensor =>
        {
            var logits = session.Run(TensorData.Create(tensor, 1, 3, 6, 6))[0].ToDoubles();
            var powers = Array.ConvertAll(logits, Math.Exp);
            return Array.ConvertAll(powers, power => power / powers.Sum());
        })];
    }
}
