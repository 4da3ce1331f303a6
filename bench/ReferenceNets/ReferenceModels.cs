using Lineup.Compression.Onnx;

namespace Lineup.ReferenceNets;

/// <summary>
/// Classifiers of the true topology with random weights, for what does not depend on training: structure, numeric equivalence, speed.
/// Nothing can be said of their accuracy. All have BatchNormalization unfolded (SqueezeNet has none), take "input" [N, 3, side, side] and
/// give "output" [N, classes]. <c>width</c> multiplies channels, which stay multiples of 8.
/// </summary>
internal static class ReferenceModels
{
    /// <summary>ResNet-50 v1.5 (He et al. 2015, the stride in the 3x3 convolution): bottlenecks 3, 4, 6, 3.</summary>
    public static OnnxModel ResNet50(int seed = 1, int classes = 1000, double width = 1, int side = 224)
    {
        var net = new NetBuilder("resnet50", seed, side);
        var x = net.Relu(net.BatchNorm(net.Conv(net.Input, Scaled(64, width), 7, 2)));
        x = net.MaxPool(x, 3, 2, [1, 1, 1, 1]);
        foreach (var (channels, blocks, stride) in new[] { (64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2) })
        {
            for (var block = 0; block < blocks; block++)
                x = Bottleneck(net, x, Scaled(channels, width), block == 0 ? stride : 1, project: block == 0);
        }

        return Classify(net, x, classes);
    }

    /// <summary>
    /// Xception (Chollet 2016) as Keras has it: entry, middle and exit flow; a separable convolution is a depthwise and a pointwise one
    /// with BatchNormalization after the pair; first convolutions unpadded, all else padded as TensorFlow's SAME.
    /// </summary>
    public static OnnxModel Xception(int seed = 1, int classes = 1000, double width = 1, int side = 299)
    {
        var net = new NetBuilder("xception", seed, side);
        var x = net.Relu(net.BatchNorm(net.Conv(net.Input, Scaled(32, width), 3, 2, pads: [0, 0, 0, 0])));
        x = net.Relu(net.BatchNorm(net.Conv(x, Scaled(64, width), 3, pads: [0, 0, 0, 0])));
        var height = ((side - 3) / 2) + 1 - 2;

        foreach (var (channels, first) in new[] { (128, true), (256, false), (728, false) })
            (x, height) = Reduction(net, x, Scaled(channels, width), Scaled(channels, width), height, activateFirst: !first);
        for (var block = 0; block < 8; block++)
        {
            var y = x;
            for (var i = 0; i < 3; i++)
                y = net.BatchNorm(Separable(net, net.Relu(y), Scaled(728, width)), i == 2 ? 0.4 : 1);
            x = net.Sum(y, x);
        }

        (x, _) = Reduction(net, x, Scaled(728, width), Scaled(1024, width), height, activateFirst: true);
        x = net.Relu(net.BatchNorm(Separable(net, x, Scaled(1536, width))));
        x = net.Relu(net.BatchNorm(Separable(net, x, Scaled(2048, width))));
        return Classify(net, x, classes);
    }

    /// <summary>MobileNet (Howard et al. 2017): 13 pairs of a depthwise and a pointwise convolution, both normalised.</summary>
    public static OnnxModel MobileNetV1(int seed = 1, int classes = 1000, double width = 1, int side = 224)
    {
        var net = new NetBuilder("mobilenetv1", seed, side);
        var x = net.Relu6(net.BatchNorm(net.Conv(net.Input, Scaled(32, width), 3, 2)));
        foreach (var (channels, stride) in new[]
        {
            (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
            (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
        })
        {
            x = net.Relu6(net.BatchNorm(net.Conv(x, net.Channels(x), 3, stride, groups: net.Channels(x))));
            x = net.Relu6(net.BatchNorm(net.Conv(x, Scaled(channels, width), 1)));
        }

        return Classify(net, x, classes);
    }

    /// <summary>MobileNetV2 (Sandler et al. 2018): inverted residuals with linear bottlenecks.</summary>
    public static OnnxModel MobileNetV2(int seed = 1, int classes = 1000, double width = 1, int side = 224)
    {
        var net = new NetBuilder("mobilenetv2", seed, side);
        var x = net.Relu6(net.BatchNorm(net.Conv(net.Input, Scaled(32, width), 3, 2)));
        foreach (var (expansion, channels, blocks, stride) in new[]
        {
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
        })
        {
            for (var block = 0; block < blocks; block++)
                x = InvertedResidual(net, x, expansion, Scaled(channels, width), block == 0 ? stride : 1);
        }

        x = net.Relu6(net.BatchNorm(net.Conv(x, Scaled(1280, width), 1)));
        return Classify(net, x, classes);
    }

    /// <summary>SqueezeNet 1.1 (Iandola et al. 2016): fire modules, no BatchNormalization, ends in Conv, Relu, GlobalAveragePool.</summary>
    public static OnnxModel SqueezeNet(int seed = 1, int classes = 1000, double width = 1, int side = 224)
    {
        var net = new NetBuilder("squeezenet", seed, side);
        var x = net.Relu(net.Conv(net.Input, Scaled(64, width), 3, 2, pads: [0, 0, 0, 0], bias: true));
        foreach (var (squeeze, expand, pool) in new[]
        {
            (16, 64, true), (16, 64, false), (32, 128, true), (32, 128, false),
            (48, 192, true), (48, 192, false), (64, 256, false), (64, 256, false),
        })
        {
            if (pool)
                x = net.MaxPool(x, 3, 2, [0, 0, 0, 0]);
            var narrow = net.Relu(net.Conv(x, Scaled(squeeze, width), 1, bias: true));
            x = net.Concat(
                net.Relu(net.Conv(narrow, Scaled(expand, width), 1, bias: true)),
                net.Relu(net.Conv(narrow, Scaled(expand, width), 3, bias: true)));
        }

        x = net.Relu(net.Conv(x, classes, 1, bias: true));
        return net.Build(net.Flatten(net.GlobalAveragePool(x)));
    }

    private static Value Bottleneck(NetBuilder net, Value x, int channels, int stride, bool project)
    {
        var y = net.Relu(net.BatchNorm(net.Conv(x, channels, 1)));
        y = net.Relu(net.BatchNorm(net.Conv(y, channels, 3, stride)));
        y = net.BatchNorm(net.Conv(y, 4 * channels, 1), project ? 1 : 0.4);
        return net.Relu(net.Sum(y, project ? net.BatchNorm(net.Conv(x, 4 * channels, 1, stride)) : x));
    }

    private static Value InvertedResidual(NetBuilder net, Value x, int expansion, int channels, int stride)
    {
        var y = expansion == 1 ? x : net.Relu6(net.BatchNorm(net.Conv(x, expansion * net.Channels(x), 1)));
        y = net.Relu6(net.BatchNorm(net.Conv(y, net.Channels(y), 3, stride, groups: net.Channels(y))));
        var residual = stride == 1 && channels == net.Channels(x);
        y = net.BatchNorm(net.Conv(y, channels, 1), residual ? 0.4 : 1);
        return residual ? net.Sum(x, y) : y;
    }

    /// <summary>A block that halves the picture, beside a projection; gives the result and its side.</summary>
    private static (Value Value, int Side) Reduction(NetBuilder net, Value x, int middle, int channels, int side, bool activateFirst)
    {
        var y = net.BatchNorm(Separable(net, activateFirst ? net.Relu(x) : x, middle));
        y = net.BatchNorm(Separable(net, net.Relu(y), channels));
        y = net.MaxPool(y, 3, 2, side % 2 == 1 ? [1, 1, 1, 1] : [0, 0, 1, 1]);
        return (net.Sum(y, net.BatchNorm(net.Conv(x, channels, 1, 2))), (side + 1) / 2);
    }

    private static Value Separable(NetBuilder net, Value x, int channels) =>
        net.Conv(net.Conv(x, net.Channels(x), 3, groups: net.Channels(x)), channels, 1);

    private static OnnxModel Classify(NetBuilder net, Value x, int classes) =>
        net.Build(net.Gemm(net.Flatten(net.GlobalAveragePool(x)), classes));

    private static int Scaled(int channels, double width) => Math.Max(8, (int)Math.Round(channels * width / 8) * 8);
}
