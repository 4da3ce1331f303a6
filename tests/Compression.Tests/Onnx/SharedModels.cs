using Lineup.Compression.Onnx;
using Lineup.TestSupport;

namespace Lineup.Compression.Tests.Onnx;

/// <summary>The real models that passes are proven on.</summary>
internal static class SharedModels
{
    public static TheoryData<string> All => ["mobilenetv1", "mobilenetv2", "squeezenet1.1", "mobilenetv2-int8"];

    public static TheoryData<string> Float => ["mobilenetv1", "mobilenetv2", "squeezenet1.1"];

    public static string RequirePath(string name) => name == "mobilenetv2-int8"
        ? SharedData.RequireBesideCatalog("anchors/mobilenetv2-12-int8.onnx")
        : SharedData.RequireModel(name).Path;

    public static OnnxModel Require(string name) => OnnxReader.Read(RequirePath(name));
}
