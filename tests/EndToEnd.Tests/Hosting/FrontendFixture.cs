using System.Security.Cryptography;
using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

[assembly: AssemblyFixture(typeof(FrontendFixture))]

namespace Lineup.EndToEnd.Tests.Hosting;

/// <summary>
/// The one frontend with an embedded silo that most tests share. Models: "tiny" (variants original, int8, and corrupt, which cannot be
/// loaded), and whatever a test adds for itself. Its catalog offers "offered" and "mislabelled", whose hash is wrong. Jobs find the data
/// sets colours.zip and many.zip, with which a job of a slow model takes minutes.
/// </summary>
public sealed class FrontendFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("lineup-data-");
    private ServerProcess? _server;

    internal TestRepository Repository { get; } = new();

    internal ServerProcess Server => _server!;

    internal HttpClient Http => Server.Http;

    public async ValueTask InitializeAsync()
    {
        Repository.AddModel("tiny", "original", "int8").AddCorrupt("tiny").AddMalformedModel("malformed");
        WriteCatalog("offered", "mislabelled");
        await File.WriteAllBytesAsync(Path.Combine(_data.FullName, "colours.zip"), TestArchive.Colours());
        var many = Enumerable.Range(0, 20_000).Select(i => ($"red/{i}.png", Pictures.Red));
        await File.WriteAllBytesAsync(Path.Combine(_data.FullName, "many.zip"), TestArchive.Zip(many));
        _server = await ServerProcess.StartReadyAsync("Frontend", Repository.Root, "--Lineup:Jobs:DataFolder", _data.FullName);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Repository.Dispose();
        _data.Delete(recursive: true);
    }

    /// <summary>Adds a model under a name that no other test has.</summary>
    internal string AddModel(TinyModel model, params string[] variants)
    {
        var name = $"model-{Guid.NewGuid():n}";
        Repository.AddModel(name, model, variants);
        return name;
    }

    internal string AddModel(params string[] variants) => AddModel(new TinyModel(), variants);

    /// <summary>Asserts that the server is unharmed by what a test did to it.</summary>
    internal async Task AssertServesAsync()
    {
        using var response = await Http.ClassifyAsync("tiny", Pictures.Red);
        var answer = await response.OkAsync();
        Assert.Equal("red", answer.TopLabel());
    }

    private void WriteCatalog(string sound, string mislabelled)
    {
        var file = new TinyModel().ToFile();
        File.WriteAllBytes(Path.Combine(Repository.Root, "offered.onnx"), file);
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        var catalog = new { schema = 1, note = "for tests", models = new[] { Entry(sound, hash), Entry(mislabelled, new('0', 64)) } };
        File.WriteAllText(Path.Combine(Repository.Root, "catalog.json"), JsonSerializer.Serialize(catalog));

        object Entry(string name, string sha256) =>
            new { name, url = "offered.onnx", sha256, bytes = file.Length, input = new { width = 32, height = 32 } };
    }
}
