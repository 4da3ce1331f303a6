using Lineup.Compression.Evaluation;
using Lineup.Compression.Pictures;
using Lineup.Compression.Tests.Pictures;
using Lineup.ModelRepository.Storage;
using Lineup.TestSupport;

namespace Lineup.Compression.Tests.Evaluation;

/// <summary>
/// A tiny model of eight classes, a variant of it that takes blue for red, and seven plain pictures. The original errs on "odd", which
/// lies under red but is blue, and on "seventh"; the other one on the three under blue, while it gets "odd" right by mistake.
/// </summary>
internal sealed class EvaluationScene : IDisposable
{
    public const string Model = "tiny";

    private static readonly TinyModel Tiny = new() { Classes = 8 };

    public TestRepository Repository { get; } = new TestRepository()
        .AddModel(Model, Tiny)
        .AddVariant(Model, "blind", Tiny with { BlindTo = 2 });

    public PictureFolder Folder { get; } = new PictureFolder()
        .Add("red/1.png", TestImages.Plain(255, 0, 0))
        .Add("red/odd.png", TestImages.Plain(0, 0, 255))
        .Add("green/1.png", TestImages.Plain(0, 255, 0))
        .Add("blue/1.png", TestImages.Plain(0, 0, 255))
        .Add("blue/2.png", TestImages.Plain(0, 0, 255, side: 32))
        .Add("blue/3.png", TestImages.Plain(0, 0, 255, side: 100))
        .Add("other7/seventh.png", TestImages.Plain(255, 0, 0));

    public ModelStore Store => new(Repository.Root);

    public StoredModel Stored => Assert.Single(Store.Scan().Models);

    public async Task<EvaluationReport> EvaluateAsync(
        Func<EvaluationRequest, EvaluationRequest>? change = null, TimeProvider? clock = null, IProgress<EvaluationProgress>? progress = null)
    {
        using var pictures = Folder.Open();
        var request = new EvaluationRequest { Model = Stored, Pictures = pictures };
        return await new Evaluator(new(), clock ?? TimeProvider.System)
            .EvaluateAsync(change?.Invoke(request) ?? request, progress, TestContext.Current.CancellationToken);
    }

    public string VariantJson(string variant) => Path.Combine(Repository.Root, Model, variant, "variant.json");

    public void Dispose()
    {
        Repository.Dispose();
        Folder.Dispose();
    }
}
