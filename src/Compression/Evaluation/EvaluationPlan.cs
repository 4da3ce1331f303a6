using Lineup.Compression.Pictures;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;

namespace Lineup.Compression.Evaluation;

/// <summary>A request that has been checked: what exactly is run on what.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Input">The model's input, with the geometry that was asked for.</param>
/// <param name="Classes">How many classes the labels name.</param>
/// <param name="Variants">The original first.</param>
/// <param name="Pictures">The pictures of known class.</param>
/// <param name="UnknownClasses">Folders of the set that are called like no class.</param>
internal sealed record EvaluationPlan(
    string Model,
    InputSpecification Input,
    int Classes,
    IReadOnlyList<VariantEntry> Variants,
    EvaluationPictures Pictures,
    IReadOnlyList<UnknownClass> UnknownClasses)
{
    /// <exception cref="EvaluationException">The request cannot be fulfilled.</exception>
    public static EvaluationPlan Create(EvaluationRequest request)
    {
        if (request.Count < 1)
            throw new EvaluationException($"the number of pictures must be at least 1, not {request.Count}");
        if (request.Threads < 1)
            throw new EvaluationException($"the number of threads must be at least 1, not {request.Threads}");

        var manifest = request.Model.Manifest;
        var labels = LoadLabels(request.Model);
        var matched = LabelledPictures.Match(request.Pictures.Pictures, labels);
        if (matched.Pictures.Count == 0)
        {
            var folders = string.Join(", ", matched.Unknown.Take(3).Select(unknown => $"'{unknown.Folder}'"));
            throw new EvaluationException(
                $"none of the {request.Pictures.Pictures.Count} pictures of {request.Pictures.Name} lies in a folder called like a class "
                + $"of {manifest.Name} (there are {folders}): the layout is <wnid or class>/<picture>, "
                + $"such as {labels[0].Id ?? labels[0].Name}/1.jpg");
        }

        var labelled = request.Count is { } count ? Subset.Pick(matched.Pictures, count, request.Seed) : matched.Pictures;
        return new(
            manifest.Name,
            request.Geometry?.Apply(manifest.Input) ?? manifest.Input,
            labels.Count,
            Choose(request),
            new(request.Pictures, labelled, request.Threads),
            matched.Unknown);
    }

    private static List<VariantEntry> Choose(EvaluationRequest request)
    {
        var all = request.Model.Variants;
        var known = string.Join(", ", all.Select(entry => entry.Manifest.Name));
        var unknown = request.Variants?.Where(name => all.All(entry => entry.Manifest.Name != name)).ToList() ?? [];
        if (unknown.Count > 0)
            throw new EvaluationException($"model '{request.Model.Manifest.Name}' has no variant '{unknown[0]}', but {known}");
        if (all.All(entry => entry.Manifest.Name != ModelStore.OriginalName))
        {
            throw new EvaluationException(
                $"model '{request.Model.Manifest.Name}' has no variant '{ModelStore.OriginalName}' to compare with, only {known}: pull it");
        }

        return [.. all.Where(IsWanted)];

        bool IsWanted(VariantEntry entry) =>
            entry.Manifest.Name == ModelStore.OriginalName || request.Variants?.Contains(entry.Manifest.Name) != false;
    }

    private static IReadOnlyList<ClassLabel> LoadLabels(StoredModel model)
    {
        if (model.Manifest.Labels is null)
        {
            throw new EvaluationException(
                $"model '{model.Manifest.Name}' has no labels, so no class can be told: name a labels file in model.json");
        }

        try
        {
            return ClassLabels.Load(Path.Combine(model.Folder, model.Manifest.Labels));
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"the labels of '{model.Manifest.Name}' cannot be read: {error.Message}", error);
        }
    }
}

/// <summary>The pictures, and on how many threads they are run.</summary>
internal sealed record EvaluationPictures(PictureSet Set, IReadOnlyList<LabelledPicture> Labelled, int Threads)
{
    public int Count => Labelled.Count;
}
