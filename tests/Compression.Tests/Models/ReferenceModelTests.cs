using Lineup.Compression.Onnx;
using Lineup.Compression.Tests.Onnx;

namespace Lineup.Compression.Tests.Models;

public sealed class ReferenceModelTests
{
    /// <summary>
    /// The numbers of trainable parameters that Keras (Xception, MobileNetV1) and torchvision (the others) state for these nets: a layer
    /// too few or too wide would show.
    /// </summary>
    public static TheoryData<string, long> Published => new()
    {
        { "resnet50", 25_557_032 },
        { "xception", 22_855_952 },
        { "mobilenetv1", 4_231_976 },
        { "mobilenetv2", 3_504_872 },
        { "squeezenet", 1_235_496 },
    };

    public static TheoryData<string> Names => ["resnet50", "xception", "mobilenetv1", "mobilenetv2", "squeezenet"];

    [Theory]
    [MemberData(nameof(Published))]
    public void Build_FullSize_HasThePublishedNumberOfParameters(string name, long parameters)
    {
        var graph = Build(name, small: false).Graph;

        var trainable = graph.Initializers.Where(value =>
            !value.Name.EndsWith(".mean", StringComparison.Ordinal) && !value.Name.EndsWith(".variance", StringComparison.Ordinal)
            && value.Data!.Rank > 0);

        Assert.Equal(parameters, trainable.Sum(value => (long)value.Data!.ElementCount));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Build_Small_GivesSaneAndDifferentScoresForDifferentPictures(string name)
    {
        var model = Build(name, small: true);

        var (first, second) = (Tensors.Run(model, seed: 2)[0], Tensors.Run(model, seed: 3)[0]);

        Assert.Equal([1, 20], first.Dims.ToArray());
        Assert.InRange(first.ToArray<float>().Max(Math.Abs), 0.05, 100);
        Assert.InRange(TensorDifference.Relative(first, second), 0.001, 10);
    }

    [Fact]
    public void Build_SameSeedTwice_GivesTheSameBytes()
    {
        var first = Build("mobilenetv1", small: true, seed: 7);

        var second = Build("mobilenetv1", small: true, seed: 7);

        Assert.Equal(OnnxWriter.Write(first), OnnxWriter.Write(second));
    }

    internal static OnnxModel Build(string name, bool small, int seed = 1)
    {
        var (classes, width) = small ? (20, 0.25) : (1000, 1.0);
        var net = ReferenceNet.All.Single(net => net.Name == name);
        var smallSide = name == "xception" ? 75 : 64;
        return net.Build(seed, classes, width, small ? smallSide : net.Side);
    }
}
