using System.Security.Cryptography;
using System.Text.Json;
using Lineup.TestSupport;

namespace Lineup.Page.Tests.Models;

/// <summary>
/// A frontend with a catalog beside it and data sets for jobs. Of each model there is one a screen, so that tests do not meet. The
/// catalog offers "pulled", "slow", whose file comes once <see cref="Gate"/> opens, and "mislabelled", whose hash is wrong. Data sets are
/// colours.zip and many.zip, with which a job of a slow model takes minutes.
/// </summary>
[CollectionDefinition(Name)]
public sealed class ModelsScene : IAsyncLifetime, ICollectionFixture<ModelsScene>
{
    public const string Name = "Models";

    private static readonly string[] Names = ["desktop-light", "phone-dark"];

    private readonly TestRepository _repository = new();
    private readonly DirectoryInfo _shelf = Directory.CreateTempSubdirectory("lineup-shelf-");
    private readonly Dictionary<string, GatedFile> _gates = [];
    private ServerProcess? _server;

    public static TheoryData<string> Screens { get; } = [.. Names];

    internal Uri Address => _server!.Address;

    internal HttpClient Http => _server!.Http;

    internal GatedFile Gate(string screen) => _gates[screen];

    /// <summary>Adds a model under a name that no other test has.</summary>
    internal string AddModel(string name, TinyModel model, params string[] variants)
    {
        _repository.AddModel(name, model, variants);
        return $"Tiny {name}";
    }

    public async ValueTask InitializeAsync()
    {
        WriteCatalog();
        var data = _shelf.CreateSubdirectory("data").FullName;
        await File.WriteAllBytesAsync(Path.Combine(data, "colours.zip"), TestArchive.Colours());
        var red = TestImages.Plain(250, 10, 10);
        await File.WriteAllBytesAsync(Path.Combine(data, "many.zip"), TestArchive.Zip(Enumerable.Range(0, 20_000).Select(i => ($"red/{i}.png", red))));
        _repository.AddModel("resident", "original", "int8").AddCorrupt("resident");
        _server = await ServerProcess.StartReadyAsync(
            "Frontend", _repository.Root, "--Lineup:Repository:Catalog", Path.Combine(_shelf.FullName, "catalog.json"), "--Lineup:Jobs:DataFolder", data);
        await Http.GetStringAsync(new Uri("/models", UriKind.Relative), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        foreach (var gate in _gates.Values)
            await gate.DisposeAsync();
        _repository.Dispose();
        _shelf.Delete(recursive: true);
    }

    private void WriteCatalog()
    {
        var file = new TinyModel().ToFile();
        File.WriteAllBytes(Path.Combine(_shelf.FullName, "tiny.onnx"), file);
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        foreach (var screen in Names)
            _gates[screen] = new(file);
        var models = Names.SelectMany(screen => new[]
        {
            Entry($"pulled-{screen}", "tiny.onnx", hash),
            Entry($"slow-{screen}", _gates[screen].Url, hash),
            Entry($"mislabelled-{screen}", "tiny.onnx", new('0', 64)),
        });
        File.WriteAllText(Path.Combine(_shelf.FullName, "catalog.json"), JsonSerializer.Serialize(new { schema = 1, note = "for tests", models }));

        object Entry(string name, string url, string sha256) => new
        {
            name,
            title = $"Tiny {name}",
            url,
            sha256,
            bytes = file.Length,
            license = "Apache-2.0",
            source = "the tests",
            input = new { width = 32, height = 32 },
            published = new { top1 = 71.9, top5 = 90.5 },
        };
    }
}
