namespace Lineup.Cluster.Topologies;

/// <summary>The repository that this program was built in: its deploy/ and dashboards/ are what is started.</summary>
public static class SourceTree
{
    /// <exception cref="DirectoryNotFoundException">The program does not lie in the repository.</exception>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "deploy", "topology.json")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has a deploy/topology.json.");
    }
}
