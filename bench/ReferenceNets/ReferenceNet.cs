using Lineup.Compression.Onnx;

namespace Lineup.ReferenceNets;

/// <summary>A classifier that can be made by name.</summary>
/// <param name="Name">What to ask for.</param>
/// <param name="Title">Its name in print.</param>
/// <param name="Side">Side of its input in pixels.</param>
/// <param name="Build">Makes it of a seed, a number of classes, a factor for channels and a side.</param>
internal sealed record ReferenceNet(string Name, string Title, int Side, Func<int, int, double, int, OnnxModel> Build)
{
    public static IReadOnlyList<ReferenceNet> All { get; } =
    [
        new("resnet50", "ResNet-50 v1.5", 224, ReferenceModels.ResNet50),
        new("xception", "Xception", 299, ReferenceModels.Xception),
        new("mobilenetv1", "MobileNet", 224, ReferenceModels.MobileNetV1),
        new("mobilenetv2", "MobileNetV2", 224, ReferenceModels.MobileNetV2),
        new("squeezenet", "SqueezeNet 1.1", 224, ReferenceModels.SqueezeNet),
    ];
}
