using Lineup.Compression.Building;
using Lineup.Compression.Onnx;
using Lineup.Compression.Pictures;
using Lineup.Compression.Tests.Pictures;
using Lineup.Compression.Tests.Pruning;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Lineup.TestSupport;

namespace Lineup.Compression.Tests.Building;

/// <summary>A repository with a small net in it, and a folder of pictures to calibrate on.</summary>
internal sealed class BuildScene : IDisposable
{
    private readonly TestRepository _repository = new();
    private readonly PictureFolder _folder = new();

    public BuildScene()
    {
        _repository.AddModel("small", new TinyModel { Side = PruningScene.Side });
        var manifest = new ModelManifest { Name = "small", Input = new() { Width = PruningScene.Side, Height = PruningScene.Side } };
        AtomicFile.WriteJsonAsync(Path.Combine(_repository.Root, "small", "model.json"), manifest, default).GetAwaiter().GetResult();
        OnnxWriter.Write(PruningScene.Model(), _repository.ModelPath("small"));
        for (var i = 0; i < 12; i++)
            _folder.Add($"picture{i:00}.jpg", TestImages.Photograph(60, 48, seed: i));
        Pictures = _folder.Open();
    }

    public PictureSet Pictures { get; }

    public ModelStore Store => new(_repository.Root);

    public string VariantPath(string variant) => Path.Combine(_repository.Root, "small", variant);

    /// <summary>Everything in the model's folder, hidden things too.</summary>
    public IEnumerable<string> Entries() => Directory.EnumerateFileSystemEntries(Path.Combine(_repository.Root, "small")).Select(Path.GetFileName).Order()!;

    public BuildRequest Request(params string[] variants) => new()
    {
        Model = Store.Scan().Models.Single(),
        Variants = variants,
        Calibration = Pictures,
    };

    public Task<IReadOnlyList<BuiltVariant>> BuildAsync(BuildRequest request, IProgress<BuildProgress>? progress = null, CancellationToken cancellation = default) =>
        new VariantBuilder(Store, TimeProvider.System).BuildAsync(request, progress, cancellation);

    public void Dispose()
    {
        Pictures.Dispose();
        _folder.Dispose();
        _repository.Dispose();
    }
}
