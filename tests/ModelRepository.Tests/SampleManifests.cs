namespace Lineup.ModelRepository.Tests;

/// <summary>Manifests to write into a test's repository.</summary>
internal static class SampleManifests
{
    public const string Input = """
        { "width": 224, "height": 224, "resizeShorterSide": 256, "centerCrop": 224, "scale": "1/255",
          "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225] }
        """;

    public static string Model(string name, string more = "") => $$"""{ "name": "{{name}}", {{more}} "input": {{Input}} }""";

    public static string Variant(string name, string more = "") => $$"""{ "name": "{{name}}" {{more}} }""";
}
