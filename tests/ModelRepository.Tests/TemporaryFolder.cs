namespace Lineup.ModelRepository.Tests;

/// <summary>A folder of a test's own, gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lineup-").FullName;

    /// <summary>The full path of a name in the folder, with forward slashes between its parts.</summary>
    public string this[string name] => System.IO.Path.Combine([Path, .. name.Split('/')]);

    public void Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    public void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
