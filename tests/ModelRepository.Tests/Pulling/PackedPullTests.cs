using System.Globalization;
using System.Security.Cryptography;
using Lineup.ModelRepository.Packing;
using Lineup.ModelRepository.Pulling;

namespace Lineup.ModelRepository.Tests.Pulling;

public sealed class PackedPullTests : IAsyncDisposable
{
    private const string PackedPath = "/files/net.onnx.packed";

    private readonly PullScene _scene = new();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task PullAsync_EntryWithPackedFile_FetchesThatAloneAndInstallsWhatIsInside()
    {
        var packed = await PackAsync(_scene.Onnx);
        _scene.Server.Serve(PackedPath, packed);

        var result = await _scene.PullAsync(Catalog(packed));

        Assert.Equal((PullOutcome.Pulled, PullError.None), (result.Outcome, result.Error));
        await _scene.AssertInstalledAsync();
        Assert.DoesNotContain(_scene.Server.Requests, request => request.Path == PullScene.OnnxPath);
        var manifest = _scene.Store.Find("net", "original").Variant!.Manifest;
        Assert.Equal(_scene.Server.Address + PackedPath, manifest.Recipe?.Url);
        Assert.Equal(packed.Length, manifest.PackedBytes);
        Assert.DoesNotContain(Directory.GetFiles(_scene.Folder["repository/.pull"]), file => file.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PullAsync_PackedFileWithAnotherFileInside_SaysSoAndInstallsNothing()
    {
        var packed = await PackAsync(new byte[_scene.Onnx.Length]);
        _scene.Server.Serve(PackedPath, packed);

        var result = await _scene.PullAsync(Catalog(packed));

        Assert.Equal(PullError.HashMismatch, result.Error);
        Assert.Contains("another file", result.Message, StringComparison.Ordinal);
        _scene.AssertNothingVisible();
    }

    [Fact]
    public async Task PullAsync_PackedFileThatIsNone_SaysSoAndInstallsNothing()
    {
        byte[] packed = [.. "this is no packed file, whatever its name says"u8];
        _scene.Server.Serve(PackedPath, packed);

        var result = await _scene.PullAsync(Catalog(packed));

        Assert.Equal(PullError.HashMismatch, result.Error);
        Assert.Contains("packed", result.Message, StringComparison.Ordinal);
        _scene.AssertNothingVisible();
    }

    [Fact]
    public async Task PullAsync_PackedFileLargerInsideThanPromised_IsRefused()
    {
        var packed = await PackAsync(new byte[_scene.Onnx.Length + 1]);
        _scene.Server.Serve(PackedPath, packed);

        var result = await _scene.PullAsync(Catalog(packed));

        Assert.Equal(PullError.HashMismatch, result.Error);
        _scene.AssertNothingVisible();
    }

    [Fact]
    public async Task Load_CatalogWithABadPackedFile_NamesEveryProblem()
    {
        _scene.Folder.Write("catalog.json", _scene.CatalogJson(more: """ "packed": { "url": "ftp://a/b", "sha256": "no", "bytes": 0 }, """));

        var result = await _scene.Loader.LoadAsync(_scene.Folder["catalog.json"], TestContext.Current.CancellationToken);

        Assert.Equal(3, result.Problems.Count(problem => problem.Contains("packed.", StringComparison.Ordinal)));
    }

    private string Catalog(byte[] packed) => _scene.CatalogJson(more: string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        "packed": { "url": "{{_scene.Server.Address}}{{PackedPath}}", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(packed))}}", "bytes": {{packed.Length}} },
        """));

    private async Task<byte[]> PackAsync(byte[] content)
    {
        _scene.Folder.Write("content", content);
        using var packed = new MemoryStream();
        await ModelPacker.PackAsync(_scene.Folder["content"], packed, _ => { }, TestContext.Current.CancellationToken);
        return packed.ToArray();
    }
}
