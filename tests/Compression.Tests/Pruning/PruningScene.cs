using Lineup.Compression.Calibration;
using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Compression.Tests.Models;
using Lineup.Compression.Tests.Pictures;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Compression.Tests.Pruning;

/// <summary>A small net with a shortcut and depthwise convolutions, and a few pictures for it.</summary>
internal static class PruningScene
{
    public const int Side = 32;

    public static OnnxModel Model()
    {
        var net = new NetBuilder("small", seed: 3, Side);
        var x = net.Relu6(net.BatchNorm(net.Conv(net.Input, 16, 3, 2)));
        x = Block(net, x, 24, stride: 2, shortcut: false);
        x = Block(net, x, 24, stride: 1, shortcut: true);
        x = net.Relu(net.BatchNorm(net.Conv(x, 64, 1)));
        var model = net.Build(net.Gemm(net.Flatten(net.GlobalAveragePool(x)), 20));
        PassPipeline.Canonical().Run(model);
        return model;
    }

    public static CalibrationPictures Pictures(int count = 12)
    {
        using var folder = new PictureFolder();
        for (var i = 0; i < count; i++)
            folder.Add($"picture{i:00}.jpg", TestImages.Photograph(60, 48, seed: i));
        using var set = folder.Open();
        var input = new InputSpecification { Width = Side, Height = Side, ResizeShorterSide = 40, CenterCrop = Side };
        return CalibrationPictures.Load(set, new(input), null, TestContext.Current.CancellationToken);
    }

    /// <summary>The outputs for a seeded input.</summary>
    public static float[] Run(OnnxModel model)
    {
        var random = new Random(5);
        var values = Enumerable.Range(0, 3 * Side * Side).Select(_ => (random.NextSingle() * 2) - 1).ToArray();
        using var session = Compression.Onnx.GraphSession.Load(model);
        return session.Run(TensorData.Create(values, 1, 3, Side, Side))[0].ToArray<float>();
    }

    public static double RelativeError(float[] expected, float[] actual)
    {
        var mean = expected.Average();
        return expected.Zip(actual, (a, b) => (double)(a - b) * (a - b)).Sum() / expected.Sum(a => (double)(a - mean) * (a - mean));
    }

    private static Value Block(NetBuilder net, Value x, int channels, int stride, bool shortcut)
    {
        var inner = 4 * net.Channels(x);
        var y = net.Relu6(net.BatchNorm(net.Conv(x, inner, 1)));
        y = net.Relu6(net.BatchNorm(net.Conv(y, inner, 3, stride, groups: inner)));
        y = net.BatchNorm(net.Conv(y, channels, 1), shortcut ? 0.5 : 1);
        return shortcut ? net.Sum(x, y) : y;
    }
}
