using System.IO.Compression;
using System.Numerics.Tensors;
using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Pictures;
using Lineup.Compression.Quantization;
using Lineup.Compression.Tests.Onnx;
using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Compression.Tests.Quantization;

/// <summary>
/// The figures that int8 must reach: calibrated on 300 pictures, measured on 1300 others of 227x227, cropped and not resized.
/// </summary>
[Trait("Ring", "Real")]
public sealed class RealModelQuantizationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("mobilenetv2", 97.5, 0.010, 0.6)]
    [InlineData("mobilenetv1", 98, 0.010, 0.6)]
    [InlineData("squeezenet1.1", 97, 0.010, 0.7)]
    public void Run_RealModel_ReachesItsFigures(string name, double agreement, double divergence, double loss)
    {
        var real = SharedData.RequireModel(name);
        var model = SharedModels.Require(name);
        using var set = PictureSet.Open(SharedData.RequireData("imagenet-calibration.zip"), new());
        var pictures = CalibrationPictures.Load(set, new(real.Manifest.Input), null, TestContext.Current.CancellationToken);

        var result = new Quantizer(model, pictures, real.Manifest.Output, new()).Run(null, TestContext.Current.CancellationToken);

        var figures = Measure(real, model, result.Model);
        output.WriteLine($"{name}: {result.Plan.Method}, {figures}");
        output.WriteLine(string.Join(", ", result.Fused.Operators.Select(one => $"{one.OpType} {one.Count}")));
        Assert.InRange(figures.Agreement, agreement, 100);
        Assert.InRange(figures.Kl, 0, divergence);
        Assert.InRange(figures.Top1Before - figures.Top1After, -5, loss);
        if (name == "mobilenetv2")
        {
            Assert.Equal((52, 10), (result.Fused.Count("QLinearConv"), result.Fused.Count("QLinearAdd")));
            Assert.Equal((1, 1), (result.Fused.Count("QLinearGlobalAveragePool"), result.Fused.Count("QGemm")));
            Assert.Empty(result.Fused.FloatNodes);
        }
    }

    private static Figures Measure(RealModel real, OnnxModel before, OnnxModel after)
    {
        using var archive = ZipFile.OpenRead(SharedData.RequireData("imagenet-dev.zip"));
        var classes = File.ReadAllLines(real.LabelsPath!).Select((line, index) => (line.Split(' ')[0], index)).ToDictionary();
        var entries = archive.Entries.Where(entry => entry.Length > 0).ToArray();
        var plan = new InputPlan(real.Manifest.Input with { ResizeShorterSide = null });
        using var first = GraphSession.Load(before, new(Optimize: true));
        using var second = GraphSession.Load(after, new(Optimize: true));
        var gate = new Lock();
        var (agreed, kl, rightBefore, rightAfter) = (0, 0d, 0, 0);
        Parallel.For(0, entries.Length, () => new TensorDecoder(new()), (i, _, decoder) =>
        {
            byte[] image;
            lock (gate)
                image = Read(entries[i]);
            var pixels = new float[plan.Length];
            Assert.Null(decoder.Decode(image, plan, pixels));
            var (p, q) = (Probabilities(first, plan, pixels), Probabilities(second, plan, pixels));
            var (one, other) = (TensorPrimitives.IndexOfMax<float>(p), TensorPrimitives.IndexOfMax<float>(q));
            var label = classes[entries[i].FullName.Split('/')[^2]];
            lock (gate)
            {
                agreed += one == other ? 1 : 0;
                rightBefore += one == label ? 1 : 0;
                rightAfter += other == label ? 1 : 0;
                kl += p.Zip(q, (a, b) => a > 0 ? a * Math.Log(a / Math.Max(b, 1e-12)) : 0).Sum();
            }

            return decoder;
        }, decoder => decoder.Dispose());
        double count = entries.Length;
        return new(100 * agreed / count, kl / count, 100 * rightBefore / count, 100 * rightAfter / count);
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var image = new byte[entry.Length];
        stream.ReadExactly(image);
        return image;
    }

    private static float[] Probabilities(GraphSession session, InputPlan plan, float[] pixels)
    {
        float[] scores = [];
        session.Run(pixels, plan.Shape, outputs => scores = outputs[0].GetTensorDataAsSpan<float>().ToArray());
        TensorPrimitives.SoftMax<float>(scores, scores);
        return scores;
    }

    private sealed record Figures(double Agreement, double Kl, double Top1Before, double Top1After);
}
