using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Storage;

/// <summary>
/// Gives a made variant its name. Its files are put together in a hidden folder beside it and renamed when they are whole, so a variant is
/// never half there, whatever happens meanwhile. <see cref="Dispose"/> removes what was not installed.
/// </summary>
public sealed class VariantInstaller : IDisposable
{
    private readonly string _folder;
    private readonly string _target;
    private readonly FileStream _lock;

    /// <param name="store">The repository.</param>
    /// <param name="model">The model, which must be there.</param>
    /// <param name="variant">The new variant's name.</param>
    /// <exception cref="ArgumentException">A name breaks the rule of <see cref="ModelNames"/>, or is the original's.</exception>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public VariantInstaller(ModelStore store, string model, string variant)
    {
        if (!ModelNames.IsValid(variant) || variant == ModelStore.OriginalName)
            throw new ArgumentException($"'{variant}' cannot be a made variant's name: {ModelNames.Rule}; and the original is never replaced", nameof(variant));
        _target = Path.Combine(store.ModelPath(model), variant);
        _folder = Path.Combine(store.ModelPath(model), $".{variant}.{Guid.NewGuid():N}");

        // Held as long as this lives: what a process leaves behind that was killed can then be told from what is being made.
        _lock = new(_folder + Leftovers.LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        Directory.CreateDirectory(_folder);
    }

    /// <summary>Where the ONNX file is to be written before <see cref="InstallAsync"/>.</summary>
    public string ModelPath => Path.Combine(_folder, ModelStore.ModelFileName);

    /// <summary>Writes variant.json and gives the variant its name, in the place of an older one if there is one.</summary>
    /// <exception cref="IOException">It could not be done; an older variant is unharmed.</exception>
    public async Task InstallAsync(VariantManifest manifest, CancellationToken cancellationToken)
    {
        await AtomicFile.WriteJsonAsync(Path.Combine(_folder, VariantManifest.FileName), manifest, cancellationToken);

        // From here on it takes two renames and is not cancelled.
        var old = _folder + Leftovers.OldSuffix;
        var replaces = Directory.Exists(_target);
        if (replaces)
            Directory.Move(_target, old);
        try
        {
            Directory.Move(_folder, _target);
        }
        catch when (replaces)
        {
            Directory.Move(old, _target);
            throw;
        }

        if (replaces)
            Directory.Delete(old, recursive: true);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        _lock.Dispose();
    }
}
