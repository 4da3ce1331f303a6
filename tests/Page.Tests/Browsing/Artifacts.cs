namespace Lineup.Page.Tests.Browsing;

/// <summary>Where screenshots go: artifacts/page of the checkout, which git ignores, or the folder that LINEUP_ARTIFACTS names.</summary>
internal static class Artifacts
{
    public static string Folder { get; } = Directory.CreateDirectory(Find()).FullName;

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("LINEUP_ARTIFACTS") is { Length: > 0 } named)
            return Path.Combine(named, "page");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
                return Path.Combine(folder.FullName, "artifacts", "page");
        }

        return Path.Combine(AppContext.BaseDirectory, "artifacts", "page");
    }
}
