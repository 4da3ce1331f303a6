using System.Globalization;
using System.Security.Cryptography;
using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Lineup.ModelRepository.Tests.Pulling;

/// <summary>A repository, a server with one model on it, and a catalog that names it.</summary>
internal sealed class PullScene : IAsyncDisposable
{
    public const string OnnxPath = "/files/net.onnx";
    public const string LabelsPath = "/files/labels.txt";
    private static readonly byte[] Labels = "n01440764 tench\nn01443537 goldfish\n"u8.ToArray();
    private readonly ServiceProvider _services;

    public PullScene(TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        Onnx = new byte[300_000];
        new Random(20).NextBytes(Onnx);
        Server.Serve(OnnxPath, Onnx);
        Server.Serve(LabelsPath, Labels);

        var configuration = new Dictionary<string, string?>
        {
            [$"{RepositoryOptions.Section}:Path"] = Folder["repository"],
            [$"{DownloadOptions.Section}:RetryDelay"] = "00:00:00",
            [$"{DownloadOptions.Section}:MaxRetryDelay"] = "00:00:00",
        };
        foreach (var (key, value) in settings)
            configuration[key] = value;
        var services = new ServiceCollection();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddModelRepository(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        _services = services.BuildServiceProvider();
    }

    public TestServer Server { get; } = new();

    public TemporaryFolder Folder { get; } = new();

    public byte[] Onnx { get; }

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Onnx));

    public ModelStore Store => _services.GetRequiredService<ModelStore>();

    public CatalogLoader Loader => _services.GetRequiredService<CatalogLoader>();

    public string OnnxFile => Folder["repository/net/original/model.onnx"];

    public string PartFile => Folder[$"repository/.pull/{Sha256}.part"];

    public string CatalogJson(string? url = null, string? labelsSha256 = "right", string more = "")
    {
        // A relative url means that everything lies beside the catalog.
        var labelsUrl = url?.Contains("://", StringComparison.Ordinal) == false ? "labels.txt" : Server.Address + LabelsPath;
        var labelsHash = labelsSha256 == "right" ? Convert.ToHexStringLower(SHA256.HashData(Labels)) : labelsSha256;
        var labels = $"\"url\": \"{labelsUrl}\"{(labelsHash is null ? "" : $", \"sha256\": \"{labelsHash}\"")}";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            { "schema": 1, "models": [ {
                "name": "net", "title": "A net", "license": "MIT",
                "url": "{{url ?? Server.Address + OnnxPath}}", "sha256": "{{Sha256}}", "bytes": {{Onnx.Length}},
                "labels": { {{labels}} },
                {{more}} "input": {{SampleManifests.Input}} } ] }
            """);
    }

    public async Task<PullResult> PullAsync(
        string? catalogJson = null,
        bool force = false,
        IProgress<PullProgress>? progress = null,
        string model = "net",
        CancellationToken? cancellation = null)
    {
        Folder.Write("catalog/catalog.json", catalogJson ?? CatalogJson());
        var catalog = await Loader.LoadAsync(Folder["catalog/catalog.json"], TestContext.Current.CancellationToken);
        Assert.True(catalog.Succeeded, catalog.Message);

        var puller = _services.GetRequiredService<ModelPuller>();
        return await puller.PullAsync(
            catalog.Catalog, model, new PullOptions { Force = force }, progress, cancellation ?? TestContext.Current.CancellationToken);
    }

    /// <summary>Asserts that the model is whole and can be found.</summary>
    public async Task AssertInstalledAsync()
    {
        var lookup = Store.Find("net", "original");
        Assert.True(lookup.IsFound, lookup.Reason);
        Assert.Equal(Onnx, await File.ReadAllBytesAsync(lookup.Variant.FilePath, TestContext.Current.CancellationToken));
        Assert.Equal(Sha256, lookup.Variant.Manifest.Sha256);
        Assert.False(File.Exists(PartFile));
    }

    /// <summary>Asserts that nothing but the hidden folder is in the repository.</summary>
    public void AssertNothingVisible() =>
        Assert.Equal([".pull"], Directory.EnumerateFileSystemEntries(Store.Root).Select(Path.GetFileName));

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Server.DisposeAsync();
        Folder.Dispose();
    }
}
