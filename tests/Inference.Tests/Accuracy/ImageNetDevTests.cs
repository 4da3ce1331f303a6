using System.IO.Compression;
using Lineup.Inference.Imaging;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Lineup.TestSupport;

namespace Lineup.Inference.Tests.Accuracy;

/// <summary>
/// The whole way from JPEG to class, judged by what is known to come out of it. The pictures are 227x227, already squashed by their
/// publisher, so they are cropped and not resized.
/// </summary>
[Trait("Ring", "Real")]
public sealed class ImageNetDevTests(ITestOutputHelper output)
{
    private const double Margin = 0.7;

    [Fact]
    public void Classify_MobileNetV2_ReachesKnownAccuracy()
    {
        var model = SharedData.RequireModel("mobilenetv2");

        var (top1, top5) = Evaluate(model, model.Path);

        Assert.Equal(79.5, top1, Margin);
        Assert.Equal(93.9, top5, Margin);
    }

    [Fact]
    public void Classify_PublishedInt8MobileNetV2_ReachesKnownAccuracy()
    {
        var model = SharedData.RequireModel("mobilenetv2");

        var (top1, top5) = Evaluate(model, SharedData.RequireBesideCatalog("anchors/mobilenetv2-12-int8.onnx"));

        Assert.Equal(77.9, top1, Margin);
        Assert.Equal(93.7, top5, Margin);
    }

    private (double Top1, double Top5) Evaluate(RealModel model, string path)
    {
        var pictures = Read(SharedData.RequireData("imagenet-dev.zip"), ClassLabels.Load(model.LabelsPath!));
        var manifest = model.Manifest with { Input = model.Manifest.Input with { ResizeShorterSide = null, CenterCrop = 224 } };
        using var session = ModelSession.Load(path, manifest);
        var ranks = new int[pictures.Count];

        Parallel.For(0, pictures.Count, () => new TensorDecoder(new()), Rank, decoder => decoder.Dispose());

        var (top1, top5) = (Percent(rank => rank == 0), Percent(rank => rank is >= 0 and < 5));
        output.WriteLine($"{Path.GetFileName(path)}: top-1 {top1:0.00} %, top-5 {top5:0.00} % of {pictures.Count} pictures");
        return (top1, top5);

        TensorDecoder Rank(int i, ParallelLoopState loop, TensorDecoder decoder)
        {
            var slot = session.TryRent()!;
            Assert.Null(decoder.Decode(pictures[i].Image, session.Input, slot.Input));
            slot.Run();
            ranks[i] = Array.FindIndex(TopK.Select(slot.Scores, session.Output, 5), scored => scored.Index == pictures[i].Class);
            session.Return(slot);
            return decoder;
        }

        double Percent(Func<int, bool> counts) => 100d * ranks.Count(counts) / ranks.Length;
    }

    /// <summary>Every JPEG with its class, which the folder's name, a WordNet id, tells.</summary>
    private static List<(byte[] Image, int Class)> Read(string zip, IReadOnlyList<ClassLabel> labels)
    {
        var classes = labels.Select((label, index) => (label.Id!, index)).ToDictionary();
        using var archive = ZipFile.OpenRead(zip);
        var pictures = new List<(byte[], int)>();
        foreach (var entry in archive.Entries.Where(entry => entry.Name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase)))
        {
            using var stream = entry.Open();
            var image = new byte[entry.Length];
            stream.ReadExactly(image);
            pictures.Add((image, classes[entry.FullName.Split('/')[^2]]));
        }

        return pictures;
    }
}
