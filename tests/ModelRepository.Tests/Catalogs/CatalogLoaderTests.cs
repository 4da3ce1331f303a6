using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;
using Lineup.ModelRepository.Tests.Pulling;

namespace Lineup.ModelRepository.Tests.Catalogs;

public sealed class CatalogLoaderTests : IAsyncDisposable
{
    private readonly PullScene _scene = new();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LoadAsync_FromAnAddress_ResolvesUrlsAgainstIt()
    {
        _scene.Server.Serve("/zoo/catalog.json", System.Text.Encoding.UTF8.GetBytes(_scene.CatalogJson("sub/net.onnx")));

        var loaded = await _scene.Loader.LoadAsync($"{_scene.Server.Address}/zoo/catalog.json", Cancellation);

        Assert.True(loaded.Succeeded, loaded.Message);
        Assert.Equal($"{_scene.Server.Address}/zoo/sub/net.onnx", loaded.Catalog.Resolve(loaded.Catalog.Models[0].Url)?.AbsoluteUri);
    }

    [Fact]
    public async Task LoadAsync_SeveralFaults_NamesThemAllAtOnce()
    {
        _scene.Folder.Write("bad.json", $$"""
            { "models": [
                { "name": "twice", "url": "a.onnx", "sha256": "{{new string('a', 64)}}", "bytes": 1, "input": {{SampleManifests.Input}} },
                { "name": "twice", "url": "ftp://host/a", "sha256": "XYZ", "bytes": 0, "input": { "width": 0, "height": 1 } },
                { "name": "../evil", "url": "", "sha256": "{{new string('a', 64)}}", "bytes": 1, "input": {{SampleManifests.Input}},
                  "labels": { "url": "l.txt", "sha256": "short" } },
                null ] }
            """);

        var loaded = await _scene.Loader.LoadAsync(_scene.Folder["bad.json"], Cancellation);

        Assert.Equal(PullError.CatalogInvalid, loaded.Error);
        string[] expected =
        [
            "twice: sha256", "twice: bytes", "twice: url", "twice: input.width", "twice: the name occurs 2 times",
            "../evil: a name is", "../evil: url", "../evil: labels.sha256", "models[3]: is null",
        ];
        Assert.All(expected, start => Assert.Contains(loaded.Problems, problem => problem.StartsWith(start, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, loaded.Problems.Count);
        Assert.DoesNotContain('\n', loaded.Message!);
    }

    [Fact]
    public async Task LoadAsync_CatalogFromTheNetworkNamesALocalFile_IsRefused()
    {
        _scene.Server.Serve("/catalog.json", System.Text.Encoding.UTF8.GetBytes(_scene.CatalogJson("file:///etc/passwd")));

        var loaded = await _scene.Loader.LoadAsync($"{_scene.Server.Address}/catalog.json", Cancellation);

        Assert.Equal(PullError.CatalogInvalid, loaded.Error);
    }

    [Theory]
    [InlineData("{ \"models\": [", "line 1")]
    [InlineData("{}", "missing")]
    [InlineData("{ \"models\": [] }", "models is empty")]
    [InlineData("null", "null")]
    public async Task LoadAsync_NoCatalog_SaysWhy(string json, string reason)
    {
        _scene.Folder.Write("bad.json", json);

        var loaded = await _scene.Loader.LoadAsync(_scene.Folder["bad.json"], Cancellation);

        Assert.Equal(PullError.CatalogInvalid, loaded.Error);
        Assert.Contains(reason, loaded.Message!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_NothingThere_SaysHowToNameAnother()
    {
        var file = await _scene.Loader.LoadAsync(_scene.Folder["absent.json"], Cancellation);
        var address = await _scene.Loader.LoadAsync($"{_scene.Server.Address}/absent.json", Cancellation);

        Assert.All([file, address], loaded => Assert.Equal(PullError.NotFound, loaded.Error));
        Assert.All([file, address], loaded => Assert.Contains("--catalog", loaded.Message!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task LoadAsync_ProjectsOwnCatalog_IsSound()
    {
        var path = RepositoryLocation.ResolveCatalog(new RepositoryOptions(), AppContext.BaseDirectory);

        var loaded = await _scene.Loader.LoadAsync(path, Cancellation);

        Assert.True(loaded.Succeeded, loaded.Message);
        Assert.Equal(["mobilenetv2", "resnet50", "xception", "squeezenet1.1"], loaded.Catalog.Models.Select(entry => entry.Name));
        Assert.All(loaded.Catalog.Models, entry => Assert.NotNull(entry.UrlStatus));
    }
}
