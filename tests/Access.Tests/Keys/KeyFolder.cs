using Lineup.Access.Keys;

namespace Lineup.Access.Tests.Keys;

/// <summary>A folder with a file of keys.</summary>
public sealed class KeyFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lineup-keys-");

    public string Path => System.IO.Path.Combine(_folder.FullName, "keys.json");

    public KeyFileEditor Editor => new(Path);

    public Task<string> AddAsync(string name, KeyRole role = KeyRole.Infer, double? rate = null) =>
        Editor.AddAsync(name, role, rate, DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Delete(recursive: true);
}
