using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.RealModels;

/// <summary>A frontend over MobileNetV2, which the command line has pulled, and its published int8 file beside it.</summary>
public sealed class MobileNetFixture : IAsyncLifetime
{
    private readonly TestRepository _repository = new();
    private ServerProcess? _server;

    internal HttpClient Http => _server!.Http;

    /// <summary>Starts everything on first use, so that a machine without the model skips the tests instead of failing the fixture.</summary>
    internal async Task StartAsync()
    {
        if (_server is not null)
            return;
        var catalog = SharedData.RequireCatalog();
        SharedData.RequireModel("mobilenetv2");
        var int8 = SharedData.RequireBesideCatalog("anchors/mobilenetv2-12-int8.onnx");

        var (exitCode, log) = await ServerProcess.RunAsync(
            "lineup.dll", "pull", "mobilenetv2", "--catalog", Path.GetFullPath(catalog), "--repository", _repository.Root);
        Assert.True(exitCode == 0, log);
        var target = _repository.ModelPath("mobilenetv2", "int8");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(int8, target);
        _server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _repository.Dispose();
    }
}
