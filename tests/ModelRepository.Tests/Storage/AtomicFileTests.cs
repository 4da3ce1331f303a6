using System.Text.Json;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;

namespace Lineup.ModelRepository.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WriteAsync_ExistingFile_ReplacesItAndLeavesNothingElse()
    {
        _folder.Write("a.json", "old");

        await AtomicFile.WriteAsync(_folder["a.json"], "new"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal("new", await File.ReadAllTextAsync(_folder["a.json"], TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task WriteAsync_Cancelled_LeavesTheOldContentAndNothingElse()
    {
        _folder.Write("a.json", "old");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => AtomicFile.WriteAsync(_folder["a.json"], "new"u8.ToArray(), new CancellationToken(canceled: true)));

        Assert.Equal("old", await File.ReadAllTextAsync(_folder["a.json"], TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task WriteJsonAsync_VariantManifest_IsReadBackByTheStore()
    {
        var manifest = new VariantManifest
        {
            Name = "int8",
            Precision = "int8",
            Sparsity = 0.5,
            Sha256 = new string('a', 64),
            Bytes = 3,
            CompressedBytes = 2,
            PackedBytes = 1,
            Recipe = new VariantRecipe { Kind = "pull", ToolVersion = "1.2.3", Url = "https://example.org/model.onnx" },
        };
        _folder.Write("model/model.json", SampleManifests.Model("model"));
        _folder.Write("model/int8/model.onnx", "abc");

        await AtomicFile.WriteJsonAsync(_folder["model/int8/variant.json"], manifest, TestContext.Current.CancellationToken);

        Assert.Equal(manifest, new ModelStore(_folder.Path).Find("model", "int8").Variant?.Manifest);
    }

    [Fact]
    public async Task WriteJsonAsync_ModelManifest_IsReadBackByTheStore()
    {
        var manifest = new ModelManifest
        {
            Name = "model",
            Title = "A model",
            Input = new InputSpecification
            {
                Width = 299,
                Height = 299,
                Layout = TensorLayout.Nhwc,
                ChannelOrder = ChannelOrder.Bgr,
                ResizeShorterSide = 333,
                CenterCrop = 299,
                Interpolation = Interpolation.Bicubic,
                Scale = 1d / 127,
            },
            Output = ModelOutput.Probabilities,
            Published = new PublishedAccuracy { Top1 = 79.058 },
        };
        _folder.Write("model/model.onnx", "abc");

        await AtomicFile.WriteJsonAsync(_folder["model/model.json"], manifest, TestContext.Current.CancellationToken);

        // Records compare their lists by reference, so the text is compared.
        var read = new ModelStore(_folder.Path).Find("model", "original").Variant!.Model;
        Assert.Equal(JsonSerializer.Serialize(manifest, ManifestJson.Options), JsonSerializer.Serialize(read, ManifestJson.Options));
        Assert.Equal(manifest.Input.Scale, read.Input.Scale);
        Assert.Equal(TensorLayout.Nhwc, read.Input.Layout);
    }
}
