using System.Text.Json;
using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Manifests;
using Xunit;

namespace Lineup.TestSupport;

/// <summary>A real model on this machine.</summary>
/// <param name="Path">The ONNX file.</param>
/// <param name="Manifest">What model.json would say after a pull.</param>
/// <param name="LabelsPath">The labels file; null where the catalog names none.</param>
public sealed record RealModel(string Path, ModelManifest Manifest, string? LabelsPath);

/// <summary>
/// Real models and pictures, which are too large or not ours to keep in the repository. Settings say where they are; a test that needs
/// what is not there is skipped with the reason, or fails where <c>LINEUP_REQUIRE_DATA=1</c>, so that CI cannot pass by skipping.
/// </summary>
public static class SharedData
{
    private const string CatalogVariable = "LINEUP_CATALOG";
    private const string DataVariable = "LINEUP_DATA";
    private const string RequireVariable = "LINEUP_REQUIRE_DATA";

    /// <summary>A model of the catalog that LINEUP_CATALOG names, whose file lies where its relative url says.</summary>
    public static RealModel RequireModel(string name)
    {
        var catalogPath = RequireCatalog();
        var catalog = JsonSerializer.Deserialize<Catalog>(File.ReadAllBytes(catalogPath), ManifestJson.Options)!;
        var entry = catalog.Models.SingleOrDefault(model => model.Name == name);
        if (entry is null)
            Missing($"the catalog that {CatalogVariable} names has no model '{name}'");

        var path = RequireBesideCatalog(entry!.Url);
        var labels = entry.Labels is { } listed ? RequireBesideCatalog(listed.Url) : null;
        var manifest = new ModelManifest
        {
            Name = name,
            Title = entry.Title,
            Architecture = entry.Architecture,
            License = entry.License,
            Source = entry.Source,
            Input = entry.Input,
            Output = entry.Output,
            Labels = labels is null ? null : System.IO.Path.GetFileName(labels),
            Published = entry.Published,
        };
        return new(path, manifest, labels);
    }

    /// <summary>A file beside the catalog, such as <c>anchors/mobilenetv2-12-int8.onnx</c>.</summary>
    public static string RequireBesideCatalog(string relativePath)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(RequireCatalog()))!;
        var path = System.IO.Path.Combine(folder, relativePath);
        if (!File.Exists(path))
            Missing($"'{relativePath}' does not lie beside the catalog that {CatalogVariable} names");
        return path;
    }

    /// <summary>A file of the folder that LINEUP_DATA names, such as <c>imagenet-dev.zip</c>.</summary>
    public static string RequireData(string fileName)
    {
        var folder = Environment.GetEnvironmentVariable(DataVariable);
        if (string.IsNullOrEmpty(folder))
            Missing($"{DataVariable} is not set; it names the folder that holds {fileName}");
        var path = System.IO.Path.Combine(folder!, fileName);
        if (!File.Exists(path))
            Missing($"the folder that {DataVariable} names holds no {fileName}");
        return path;
    }

    /// <summary>Path of the catalog that LINEUP_CATALOG names.</summary>
    public static string RequireCatalog()
    {
        var path = Environment.GetEnvironmentVariable(CatalogVariable);
        if (string.IsNullOrEmpty(path))
            Missing($"{CatalogVariable} is not set; it is the path of a catalog.json whose models lie beside it");
        if (!File.Exists(path))
            Missing($"{CatalogVariable} names a file that does not exist");
        return path!;
    }

    private static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable(RequireVariable) == "1")
            Assert.Fail($"{reason} ({RequireVariable}=1 makes this a failure)");
        Assert.Skip(reason);
    }
}
