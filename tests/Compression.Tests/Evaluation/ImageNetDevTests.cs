using Lineup.Compression.Evaluation;
using Lineup.Compression.Pictures;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Lineup.TestSupport;

namespace Lineup.Compression.Tests.Evaluation;

/// <summary>The whole evaluation on real models, judged by what is known to come out of it.</summary>
[Trait("Ring", "Real")]
public sealed class ImageNetDevTests(ITestOutputHelper output)
{
    private const double Margin = 0.7;

    [Fact]
    public async Task Evaluate_MobileNetV2AndItsPublishedInt8_ReachesKnownAccuracyAndAgreement()
    {
        var real = SharedData.RequireModel("mobilenetv2");
        using var pictures = PictureSet.Open(SharedData.RequireData("imagenet-dev.zip"), new());
        var request = new EvaluationRequest
        {
            Model = new(
                real.Manifest,
                Path.GetDirectoryName(real.LabelsPath!)!,
                [Entry("original", real.Path), Entry("int8", SharedData.RequireBesideCatalog("anchors/mobilenetv2-12-int8.onnx"))]),
            Pictures = pictures,
            Geometry = EvaluationGeometry.CropOnly,
        };

        var report = await new Evaluator(new(), TimeProvider.System).EvaluateAsync(request, null, TestContext.Current.CancellationToken);

        foreach (var result in report.Variants)
            output.WriteLine($"{result}");
        Assert.Equal(1300, report.Images);
        Assert.Empty(report.Unreadable);
        Assert.Empty(report.UnknownClasses);
        var (original, int8) = (report.Variants[0], report.Variants[1]);
        Assert.Equal(79.5, original.Top1, Margin);
        Assert.Equal(93.9, original.Top5, Margin);
        Assert.Equal(77.9, int8.Top1, Margin);
        Assert.Equal(93.7, int8.Top5, Margin);
        Assert.Equal(92.8, int8.Agreement, Margin);
        Assert.InRange(int8.Divergence!.Value, 0.01, 0.1);
        Assert.Equal(original.Top1 - int8.Top1, 100d * (int8.RightToWrong - int8.WrongToRight) / report.Images, 1e-9);

        VariantEntry Entry(string name, string path) =>
            new(real.Manifest, new VariantManifest { Name = name }, path, new FileInfo(path).Length, real.LabelsPath);
    }
}
