using System.Text.Json;
using Lineup.ModelRepository.Manifests;

namespace Lineup.TestSupport;

/// <summary>A model repository in a temporary folder, which goes with it.</summary>
public sealed class TestRepository : IDisposable
{
    /// <summary>Full path of the repository.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("lineup-test-").FullName;

    /// <summary>Adds a model whose variants are all the default <see cref="TinyModel"/>; without names there is one, original.</summary>
    public TestRepository AddModel(string name, params string[] variants) => AddModel(name, new TinyModel(), variants);

    /// <summary>Adds model.json, labels.txt and a folder a variant, all with the same file.</summary>
    public TestRepository AddModel(string name, TinyModel model, params string[] variants)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
        WriteJson(Path.Combine(folder, ModelManifest.FileName), model.Manifest(name));
        File.WriteAllLines(Path.Combine(folder, "labels.txt"), model.Labels());
        foreach (var variant in variants is [] ? ["original"] : variants)
            AddVariant(name, variant, model);
        return this;
    }

    /// <summary>Adds a variant; without a manifest there is no variant.json.</summary>
    public TestRepository AddVariant(string name, string variant, TinyModel model, VariantManifest? manifest = null)
    {
        AddFile(name, variant, model.ToFile());
        if (manifest is not null)
            WriteJson(Path.Combine(Root, name, variant, VariantManifest.FileName), manifest);
        return this;
    }

    /// <summary>Adds a variant whose ONNX file is cut in half.</summary>
    public TestRepository AddCorrupt(string name, string variant = "corrupt")
    {
        var file = new TinyModel().ToFile();
        return AddFile(name, variant, file.AsSpan(0, file.Length / 2));
    }

    /// <summary>Adds a model folder whose model.json is not JSON.</summary>
    public TestRepository AddMalformedModel(string name)
    {
        AddFile(name, "original", new TinyModel().ToFile());
        File.WriteAllText(Path.Combine(Root, name, ModelManifest.FileName), "{ this is not JSON");
        return this;
    }

    /// <summary>Path of a variant's ONNX file.</summary>
    public string ModelPath(string name, string variant = "original") => Path.Combine(Root, name, variant, "model.onnx");

    public void Dispose()
    {
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
    }

    private TestRepository AddFile(string name, string variant, ReadOnlySpan<byte> content)
    {
        var path = ModelPath(name, variant);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return this;
    }

    private static void WriteJson<T>(string path, T manifest) =>
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Options));
}
