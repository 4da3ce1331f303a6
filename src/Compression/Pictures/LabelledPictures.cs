using Lineup.ModelRepository.Storage;

namespace Lineup.Compression.Pictures;

/// <summary>A picture whose class is known.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Class">Index of its class in the model's output.</param>
public sealed record LabelledPicture(Picture Picture, int Class);

/// <summary>A folder that is called like no class of the model.</summary>
/// <param name="Folder">The folder's name; empty for pictures at the top of the set.</param>
/// <param name="Pictures">How many pictures lie in it.</param>
public sealed record UnknownClass(string Folder, int Pictures);

/// <summary>
/// Pictures sorted by class, which the name of the folder that holds each tells: <c>n01440764/fish.jpg</c> or <c>tench/fish.jpg</c>,
/// at any depth. A folder is looked up among the labels' ids first, then among their names, where case does not count and an
/// underscore is a space. A name that two classes share (ImageNet has two cranes) tells nothing and is unknown.
/// </summary>
public sealed record LabelledPictures
{
    private LabelledPictures(IReadOnlyList<LabelledPicture> pictures, IReadOnlyList<UnknownClass> unknown) =>
        (Pictures, Unknown) = (pictures, unknown);

    /// <summary>The pictures of known class, in the order they came.</summary>
    public IReadOnlyList<LabelledPicture> Pictures { get; }

    /// <summary>The other folders, by name.</summary>
    public IReadOnlyList<UnknownClass> Unknown { get; }

    public static LabelledPictures Match(IReadOnlyList<Picture> pictures, IReadOnlyList<ClassLabel> labels)
    {
        var ids = Index(labels, label => label.Id);
        var names = Index(labels, label => Plain(label.Name));

        var byFolder = pictures.ToLookup(picture => picture.Folder ?? "");
        var classes = byFolder.ToDictionary(folder => folder.Key, folder => Find(folder.Key));
        return new(
            [
                .. pictures
                    .Select(picture => (Picture: picture, Class: classes[picture.Folder ?? ""]))
                    .Where(pair => pair.Class is not null)
                    .Select(pair => new LabelledPicture(pair.Picture, pair.Class!.Value)),
            ],
            [
                .. byFolder
                    .Where(folder => classes[folder.Key] is null)
                    .Select(folder => new UnknownClass(folder.Key, folder.Count()))
                    .OrderBy(unknown => unknown.Folder, StringComparer.Ordinal),
            ]);

        int? Find(string folder)
        {
            if (ids.TryGetValue(folder, out var index) || names.TryGetValue(Plain(folder), out index))
                return index;
            return null;
        }
    }

    /// <summary>Class by key, without the keys that several classes share.</summary>
    private static Dictionary<string, int> Index(IReadOnlyList<ClassLabel> labels, Func<ClassLabel, string?> key) =>
        labels
            .Select((label, index) => (Key: key(label), Index: index))
            .Where(pair => pair.Key is { Length: > 0 })
            .GroupBy(pair => pair.Key!, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() == 1)
            .ToDictionary(group => group.Key, group => group.First().Index, StringComparer.OrdinalIgnoreCase);

    private static string Plain(string name) => name.Replace('_', ' ').Trim();
}
