using Lineup.ModelRepository.Storage;

namespace Lineup.ModelRepository.Tests.Storage;

public sealed class RepositoryLocationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RepositoryLocationTests() => Directory.CreateDirectory(_folder["project/src/tool"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ResolveRoot_DefaultBelowTheProject_FindsTheFolderWithACatalog()
    {
        // The nearer folder of that name has no catalog, so it is somebody else's.
        _folder.Write("project/models/catalog.json", "{}");
        _folder.Write("project/src/models/readme.txt", "");

        var root = RepositoryLocation.ResolveRoot(new RepositoryOptions(), _folder["project/src/tool"]);

        Assert.Equal(_folder["project/models"], root);
    }

    [Fact]
    public void ResolveRoot_FolderHere_WinsOverOneAbove()
    {
        _folder.Write("project/models/catalog.json", "{}");
        Directory.CreateDirectory(_folder["project/src/tool/models"]);

        var root = RepositoryLocation.ResolveRoot(new RepositoryOptions(), _folder["project/src/tool"]);

        Assert.Equal(_folder["project/src/tool/models"], root);
    }

    [Fact]
    public void ResolveRoot_NamedFolderAbove_NeedsNoCatalog()
    {
        Directory.CreateDirectory(_folder["project/store"]);

        var root = RepositoryLocation.ResolveRoot(new RepositoryOptions { Path = "store" }, _folder["project/src/tool"]);

        Assert.Equal(_folder["project/store"], root);
    }

    [Fact]
    public void ResolveRoot_NothingAnywhere_IsHere()
    {
        var root = RepositoryLocation.ResolveRoot(new RepositoryOptions { Path = "no-such-store" }, _folder["project/src/tool"]);

        Assert.Equal(_folder["project/src/tool/no-such-store"], root);
    }

    [Fact]
    public void ResolveCatalog_RepositoryElsewhere_FallsBackToTheProjects()
    {
        _folder.Write("project/models/catalog.json", "{}");

        var catalog = RepositoryLocation.ResolveCatalog(new RepositoryOptions { Path = _folder["elsewhere"] }, _folder["project"]);

        Assert.Equal(_folder["project/models/catalog.json"], catalog);
    }
}
