using System.IO.Compression;
using System.Text.Json;
using Lineup.ModelRepository.Manifests;
using Lineup.Page.Tests.Browsing;
using Lineup.TestSupport;
using Microsoft.Playwright;

namespace Lineup.Page.Tests.RealModels;

/// <summary>A frontend over MobileNetV2 with its published int8 file, and SqueezeNet, both pulled through the API.</summary>
public sealed class RealModels : IAsyncLifetime
{
    private readonly TestRepository _repository = new();
    private ServerProcess? _server;

    internal Uri Address => _server!.Address;

    /// <summary>A photograph whose answer is known.</summary>
    internal static FilePayload Photograph(string wordNetId)
    {
        using var pictures = ZipFile.OpenRead(SharedData.RequireData("imagenet-calibration.zip"));
        var entry = pictures.Entries.Single(entry => entry.Name.StartsWith(wordNetId, StringComparison.Ordinal));
        using var bytes = new MemoryStream();
        using var stream = entry.Open();
        stream.CopyTo(bytes);
        return new() { Name = entry.Name, MimeType = "image/jpeg", Buffer = bytes.ToArray() };
    }

    /// <summary>Starts everything on first use, so that a machine without models or browser skips the tests instead of failing the fixture.</summary>
    internal async Task StartAsync(Browsers browsers)
    {
        if (_server is not null)
            return;
        await browsers.RequireAsync();
        SharedData.RequireModel("mobilenetv2");
        SharedData.RequireModel("squeezenet1.1");
        var int8 = SharedData.RequireBesideCatalog("anchors/mobilenetv2-12-int8.onnx");
        _server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root, "--Lineup:Repository:Catalog", Path.GetFullPath(SharedData.RequireCatalog()));
        foreach (var model in (string[])["mobilenetv2", "squeezenet1.1"])
        {
            using var pull = await _server.Http.PostAsync(new Uri($"/api/catalog/{model}/pull", UriKind.Relative), null, TestContext.Current.CancellationToken);
            Assert.Contains("event: done", await pull.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        var folder = Path.GetDirectoryName(_repository.ModelPath("mobilenetv2", "int8"))!;
        Directory.CreateDirectory(folder);
        File.Copy(int8, Path.Combine(folder, "model.onnx"));
        var manifest = new VariantManifest { Name = "int8", Precision = "int8" };
        File.WriteAllBytes(Path.Combine(folder, VariantManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Options));
        foreach (var variant in (string[])["original", "int8"])
            using (await _server.Http.PostAsync(new Uri($"/api/models/mobilenetv2/variants/{variant}/load", UriKind.Relative), null, TestContext.Current.CancellationToken)) { }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _repository.Dispose();
    }
}
