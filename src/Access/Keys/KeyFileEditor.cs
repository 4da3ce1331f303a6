namespace Lineup.Access.Keys;

/// <summary>Changes a file of keys, one writer at a time.</summary>
/// <param name="path">The file; it need not exist yet, its folder must.</param>
public sealed class KeyFileEditor(string path)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The keys of the file; none where there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is broken.</exception>
    public IReadOnlyList<KeyRecord> Read()
    {
        if (!File.Exists(path))
            return [];
        return KeyFile.TryParse(File.ReadAllBytes(path), out var keys, out var problem)
            ? keys
            : throw new InvalidDataException($"{path} is no file of keys: {problem}");
    }

    /// <summary>Makes a key, and gives it: it cannot be read again.</summary>
    /// <exception cref="InvalidDataException">The file is broken, or has a key of that name.</exception>
    public async Task<string> AddAsync(string name, KeyRole role, double? requestsPerSecond, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (key, id) = ApiKey.Create();
        await ChangeAsync(
            keys => keys.Any(other => other.Name == name)
                ? throw new InvalidDataException($"{path} has a key '{name}' already; choose another name, or remove it first")
                :
                [
                    .. keys,
                    new KeyRecord
                    {
                        Id = id,
                        Name = name,
                        Role = role,
                        Sha256 = Convert.ToHexStringLower(ApiKey.Hash(key)),
                        Created = now,
                        RequestsPerSecond = requestsPerSecond,
                    },
                ],
            cancellationToken);
        return key;
    }

    /// <summary>Removes the key that goes by that name or id; null if there is none.</summary>
    /// <exception cref="InvalidDataException">The file is broken.</exception>
    public async Task<KeyRecord?> RemoveAsync(string nameOrId, CancellationToken cancellationToken)
    {
        KeyRecord? removed = null;
        await ChangeAsync(
            keys =>
            {
                removed = keys.FirstOrDefault(key => key.Id == nameOrId) ?? keys.FirstOrDefault(key => key.Name == nameOrId);
                return removed is null ? keys : [.. keys.Where(key => key.Id != removed.Id)];
            },
            cancellationToken);
        return removed;
    }

    private async Task ChangeAsync(Func<IReadOnlyList<KeyRecord>, IReadOnlyList<KeyRecord>> change, CancellationToken cancellationToken)
    {
        await using var held = await LockAsync(cancellationToken);
        var before = Read();
        var after = change(before);
        if (!ReferenceEquals(before, after))
            KeyFile.Write(path, after);
    }

    /// <summary>The system gives the lock back when its holder dies.</summary>
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException) when (waited < Patience && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
