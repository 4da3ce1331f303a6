using System.Security.Cryptography;

namespace Lineup.Cluster.Running;

/// <summary>Where a run keeps data, logs and secrets. One run at a time has it.</summary>
internal sealed class RunFolder : IDisposable
{
    /// <summary>Names of the secrets, which are the settings that they are.</summary>
    public const string ClusterKey = "Lineup__Cluster__Key";
    public const string OperatorKey = "Lineup__Security__ApiKey";
    public const string Connection = "Lineup__Cluster__ConnectionString";
    public const string PostgresPassword = "postgres-password";
    public const string GrafanaPassword = "grafana-password";

    private readonly FileStream _lock;

    private RunFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public string Secrets => System.IO.Path.Combine(Path, "secrets");

    /// <exception cref="ServiceException">Another run has the folder.</exception>
    public static async Task<RunFolder> OpenAsync(string path, CancellationToken cancellationToken)
    {
        path = Directory.CreateDirectory(path).FullName;
        FileStream held;
        try
        {
            held = new(System.IO.Path.Combine(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new ServiceException($"Another run uses {path}.");
        }

        var folder = new RunFolder(path, held);
        Directory.CreateDirectory(folder.Secrets);
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(folder.Secrets, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var name in (string[])[ClusterKey, OperatorKey, PostgresPassword, GrafanaPassword])
        {
            var file = System.IO.Path.Combine(folder.Secrets, name);
            if (!File.Exists(file))
                await File.WriteAllTextAsync(file, RandomNumberGenerator.GetHexString(48, lowercase: true), cancellationToken);
        }

        return folder;
    }

    public string Secret(string name) => File.ReadAllText(System.IO.Path.Combine(Secrets, name));

    /// <summary>Keeps the store's address where it holds a password; removes it where it does not.</summary>
    public void KeepConnection(string? connection)
    {
        var file = System.IO.Path.Combine(Secrets, Connection);
        File.Delete(file);
        if (connection is not null)
            File.WriteAllText(file, connection);
    }

    public void Dispose() => _lock.Dispose();
}
