namespace Lineup.Silo.Settings;

/// <summary>Settings from files, for those that others should not see among arguments and variables.</summary>
public static class SecretFiles
{
    private const string Folder = "LINEUP_SECRETS";

    /// <summary>
    /// Reads the folder that the variable or setting LINEUP_SECRETS names, as orchestrators mount secrets: the name of a file is that of a
    /// setting, with two underscores for a colon (<c>Lineup__Cluster__ConnectionString</c>), its text the value. It overrides
    /// all other settings. A folder that is named and not there is an error.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
    public static void AddSecretFiles(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration[Folder] is { Length: > 0 } folder)
            builder.Configuration.AddKeyPerFile(Path.GetFullPath(folder), optional: false, reloadOnChange: false);
    }
}
