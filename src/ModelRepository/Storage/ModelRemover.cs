namespace Lineup.ModelRepository.Storage;

/// <summary>
/// Deletes models and variants in two steps: a rename, after which nobody finds them any more and no half of them is ever seen, and
/// <see cref="RemovedFolder.Delete"/>, for when nobody uses them any more.
/// </summary>
public sealed class ModelRemover(ModelStore store)
{
    /// <summary>Takes a variant out of the repository.</summary>
    /// <exception cref="ArgumentException">A name breaks the rule of <see cref="ModelNames"/>, or is the original's.</exception>
    /// <exception cref="IOException">It could not be done; the variant is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be done.</exception>
    public RemovedFolder RemoveVariant(string model, string variant)
    {
        if (!ModelNames.IsValid(variant) || variant == ModelStore.OriginalName)
            throw new ArgumentException($"'{variant}' cannot be removed alone: the original goes with its model", nameof(variant));
        return Hide(store.ModelPath(model), variant);
    }

    /// <summary>Takes a model with all its variants out of the repository.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="ModelNames"/>.</exception>
    /// <exception cref="IOException">It could not be done; the model is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be done.</exception>
    public RemovedFolder RemoveModel(string model) => Hide(Path.GetDirectoryName(store.ModelPath(model))!, model);

    private static RemovedFolder Hide(string folder, string name)
    {
        var hidden = Path.Combine(folder, $".{name}.{Guid.NewGuid():N}{Leftovers.DeletedSuffix}");
        Directory.Move(Path.Combine(folder, name), hidden);
        return new(hidden);
    }
}

/// <summary>What has been taken out of the repository and still lies on the disk.</summary>
public sealed class RemovedFolder
{
    private readonly string _path;

    internal RemovedFolder(string path) => _path = path;

    /// <summary>Gives its room back. What cannot be deleted now goes when a process next tidies up (<see cref="Leftovers"/>).</summary>
    /// <exception cref="IOException">Not all of it could be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be deleted.</exception>
    public void Delete() => Directory.Delete(_path, recursive: true);
}
