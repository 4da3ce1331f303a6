using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Storage;

/// <summary>
/// One model's folder, read whole: <c>model.json</c>, the labels, and a folder a variant. A folder dropped in by hand may hold
/// <c>model.onnx</c> directly beside <c>model.json</c>; that file is then the variant <c>original</c>.
/// </summary>
internal sealed class ModelFolder
{
    private readonly string _path;
    private readonly string _name;
    private readonly List<VariantEntry> _variants = [];
    private readonly List<StoreProblem> _problems = [];

    private ModelFolder(string path) => (_path, _name) = (path, Path.GetFileName(path));

    /// <summary>The model; null where it cannot be used, or where the folder holds none.</summary>
    public StoredModel? Model { get; private set; }

    /// <summary>What model.json says; null where it is missing or malformed.</summary>
    public ModelManifest? Manifest { get; private set; }

    public IReadOnlyList<StoreProblem> Problems => _problems;

    /// <summary>Reads the folder; one without model.json and without any model.onnx is no model, and no problem either.</summary>
    public static ModelFolder Read(string path)
    {
        var folder = new ModelFolder(path);
        try
        {
            folder.Read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            folder.Report(exception.Message);
        }

        return folder;
    }

    private void Read()
    {
        var manifestPath = Path.Combine(_path, ModelManifest.FileName);
        var variantFolders = Directory.EnumerateDirectories(_path).Where(IsVariantFolder).ToList();
        var direct = File.Exists(Path.Combine(_path, ModelStore.ModelFileName));
        if (!File.Exists(manifestPath))
        {
            if (direct || variantFolders.Exists(folder => File.Exists(Path.Combine(folder, ModelStore.ModelFileName))))
                Report("model.json is missing: add one with \"name\" (the folder's name) and \"input\" (width, height, mean, std, ...)");
            return;
        }

        if (ReadManifest(manifestPath) is not { } manifest)
            return;
        Manifest = manifest;

        if (direct && Directory.Exists(Path.Combine(_path, ModelStore.OriginalName)))
            Report("model.onnx beside model.json is ignored because the folder original/ exists: remove one of them");
        else if (direct)
            ReadVariant(manifest, ModelStore.OriginalName, _path, _name);

        foreach (var folder in variantFolders)
        {
            var variant = Path.GetFileName(folder);
            ReadVariant(manifest, variant, folder, $"{_name}/{variant}");
        }

        if (_variants.Count > 0)
            Model = new StoredModel(manifest, _path, Sorted());
        else if (_problems.Count == 0)
            Report("there is a model.json but no model.onnx: put the original's file beside it or into the folder original/");
    }

    private ModelManifest? ReadManifest(string path)
    {
        if (!ModelNames.IsValid(_name))
        {
            Report($"the folder's name cannot be a model's: {ModelNames.Rule}");
            return null;
        }

        var (manifest, problem) = ManifestFile.Read<ModelManifest>(path);
        var problems = manifest is null ? [problem!] : manifest.Problems(_name).ToList();
        if (problems.Count == 0 && manifest!.Labels is { } labels && !File.Exists(Path.Combine(_path, labels)))
            problems.Add($"the labels file '{labels}' is missing: add it, or remove \"labels\"");
        if (problems.Count == 0)
            return manifest;

        Report(manifest is null ? problems[0] : $"model.json: {string.Join("; ", problems)}");
        return null;
    }

    private void ReadVariant(ModelManifest model, string variant, string folder, string shownFolder)
    {
        if (!ModelNames.IsValid(variant))
        {
            Report($"the folder's name cannot be a variant's: {ModelNames.Rule}", shownFolder);
            return;
        }

        var file = new FileInfo(Path.Combine(folder, ModelStore.ModelFileName));
        if (!file.Exists)
        {
            Report("there is a variant.json but no model.onnx beside it", shownFolder);
            return;
        }

        var manifestPath = Path.Combine(folder, VariantManifest.FileName);
        var (manifest, problem) = File.Exists(manifestPath)
            ? ManifestFile.Read<VariantManifest>(manifestPath)
            : (new VariantManifest { Name = variant }, null);
        var problems = manifest is null ? [] : manifest.Problems(variant, file.Length).ToList();
        if (manifest is null)
            Report(problem!, shownFolder);
        else if (problems.Count > 0)
            Report($"variant.json: {string.Join("; ", problems)}", shownFolder);
        else
            _variants.Add(new VariantEntry(model, manifest, file.FullName, file.Length, LabelsPath(model)));
    }

    private string? LabelsPath(ModelManifest model) => model.Labels is null ? null : Path.Combine(_path, model.Labels);

    private void Report(string reason, string? folder = null) => _problems.Add(new StoreProblem(folder ?? _name, reason));

    private List<VariantEntry> Sorted() =>
    [
        .. _variants
            .OrderBy(entry => entry.Manifest.Name != ModelStore.OriginalName)
            .ThenBy(entry => entry.Manifest.Name, StringComparer.Ordinal),
    ];

    // Names with a leading dot are temporary folders: a variant is made under such a name and renamed when it is whole.
    private static bool IsVariantFolder(string folder) =>
        Path.GetFileName(folder)[0] != '.'
        && (File.Exists(Path.Combine(folder, ModelStore.ModelFileName)) || File.Exists(Path.Combine(folder, VariantManifest.FileName)));
}
