using System.Security.Cryptography;
using System.Text.Json;
using Lineup.GrainInterfaces.Catalog;
using Lineup.Grains.Tests.Hosting;
using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Catalog;

/// <summary>A silo whose repository is empty, and a catalog of tiny models that lie beside it.</summary>
public sealed class PullScene : IAsyncLifetime
{
    private readonly TestRepository _repository = new();
    private readonly DirectoryInfo _shelf = Directory.CreateTempSubdirectory("lineup-catalog-");
    private readonly List<CatalogEntry> _entries = [];
    private TestCluster? _cluster;

    internal IGrainFactory Grains => _cluster!.Grains;

    internal ICatalogGrain Catalog => Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    private string CatalogPath => Path.Combine(_shelf.FullName, "catalog.json");

    public async ValueTask InitializeAsync() =>
        _cluster = await TestCluster.StartAsync(_repository, settings: ("Lineup:Repository:Catalog", CatalogPath));

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _repository.Dispose();
        _shelf.Delete(recursive: true);
    }

    /// <summary>Puts a model on the shelf and into the catalog, by default as a file beside it and with its true hash.</summary>
    internal string Offer(string? url = null, string? sha256 = null)
    {
        var name = $"model-{Guid.NewGuid():n}";
        var file = new TinyModel().ToFile();
        File.WriteAllBytes(Path.Combine(_shelf.FullName, $"{name}.onnx"), file);
        _entries.Add(new CatalogEntry
        {
            Name = name,
            Url = url ?? $"{name}.onnx",
            Sha256 = sha256 ?? Convert.ToHexStringLower(SHA256.HashData(file)),
            Bytes = file.Length,
            Input = new TinyModel().Manifest().Input,
        });
        WriteCatalog(JsonSerializer.Serialize(new { schema = 1, note = "for tests", models = _entries }, ManifestJson.Options));
        return name;
    }

    internal void WriteCatalog(string json) => File.WriteAllText(CatalogPath, json);

    internal async Task<List<PullStatus>> WatchAsync(string model)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var seen = new List<PullStatus>();
        await foreach (var status in Grains.GetGrain<IModelPullGrain>(model).Watch(cancellation).WithCancellation(cancellation))
            seen.Add(status);
        return seen;
    }
}
