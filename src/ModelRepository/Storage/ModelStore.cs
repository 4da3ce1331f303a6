namespace Lineup.ModelRepository.Storage;

/// <summary>
/// The folder tree that holds the models: <c>{model}/model.json</c> and <c>{model}/{variant}/model.onnx</c> with its <c>variant.json</c>.
/// It keeps no state, so it always tells what is on disk now, and any thread may call it. Writers make things under a name with a
/// leading dot, which is ignored here, and rename them when they are whole.
/// </summary>
public sealed class ModelStore
{
    /// <summary>The name of every variant's ONNX file.</summary>
    public const string ModelFileName = "model.onnx";

    /// <summary>The name of the variant that was not made from another one.</summary>
    public const string OriginalName = "original";

    /// <param name="root">The repository's folder; it need not exist yet.</param>
    public ModelStore(string root) => Root = Path.GetFullPath(root);

    /// <summary>Full path of the repository's folder.</summary>
    public string Root { get; }

    /// <summary>Full path of the folder in which the model lies or would lie.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="ModelNames"/>.</exception>
    public string ModelPath(string model) =>
        ModelNames.IsValid(model)
            ? Path.Combine(Root, model)
            : throw new ArgumentException($"'{model}' cannot be a model's name: {ModelNames.Rule}", nameof(model));

    /// <summary>Reads every manifest in the repository. Whatever is malformed is among the problems; the rest is unharmed by it.</summary>
    public StoreSnapshot Scan()
    {
        List<string> paths;
        try
        {
            paths = Directory.Exists(Root) ? [.. Directory.EnumerateDirectories(Root)] : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new StoreSnapshot([], [new StoreProblem(".", WithoutRoot(exception.Message))]);
        }

        var folders = paths
            .Where(path => Path.GetFileName(path)[0] != '.')
            .Order(StringComparer.Ordinal)
            .Select(ModelFolder.Read)
            .ToList();
        return new StoreSnapshot(
            [.. folders.Where(folder => folder.Model is not null).Select(folder => folder.Model!)],
            [.. folders.SelectMany(folder => folder.Problems).Select(problem => problem with { Reason = WithoutRoot(problem.Reason) })]);
    }

    /// <summary>
    /// Looks one variant up, reading its model's folder only. A name that breaks the rule is not found, whatever is on disk, so no
    /// name leads out of the repository.
    /// </summary>
    public VariantLookup Find(string model, string variant)
    {
        if (!ModelNames.IsValid(model))
            return VariantLookup.NotFound($"there is no such model: {ModelNames.Rule}");
        if (!ModelNames.IsValid(variant))
            return VariantLookup.NotFound($"model '{model}' has no such variant: {ModelNames.Rule}");

        var path = Path.Combine(Root, model);
        if (!Directory.Exists(path))
            return VariantLookup.NotFound($"there is no model '{model}' in the repository: pull it, or put its folder there");

        var folder = ModelFolder.Read(path);
        if (folder.Model?.Variants.FirstOrDefault(entry => entry.Manifest.Name == variant) is { } found)
            return VariantLookup.Found(found);

        var problem = folder.Problems.FirstOrDefault(problem => problem.Folder == $"{model}/{variant}")
            ?? folder.Problems.FirstOrDefault(problem => problem.Folder == model && (folder.Model is null || variant == OriginalName));
        if (problem is not null)
            return VariantLookup.Malformed($"{problem.Folder}: {WithoutRoot(problem.Reason)}");

        return VariantLookup.NotFound(folder.Model is { } known
            ? $"model '{model}' has no variant '{variant}', but {string.Join(", ", known.Variants.Select(entry => entry.Manifest.Name))}"
            : $"there is no model '{model}' in the repository: pull it, or put its folder there");
    }

    /// <summary>Reasons are shown to callers from anywhere, and where the repository lies is none of their business.</summary>
    private string WithoutRoot(string reason) =>
        reason.Replace(Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace(Root, ".", StringComparison.Ordinal);
}
