using Lineup.ModelRepository.Manifests;
using Lineup.Page.Tests.Measure;
using Lineup.TestSupport;

[assembly: AssemblyFixture(typeof(MeasuredModels))]

namespace Lineup.Page.Tests.Measure;

/// <summary>
/// A frontend over a made-up model whose variants say of themselves what the ones of a real model were measured to be worth; and one over
/// which nothing is known.
/// </summary>
public sealed class MeasuredModels : IAsyncLifetime
{
    private readonly TestRepository _repository = new();
    private ServerProcess? _server;

    internal Uri Address => _server!.Address;

    internal HttpClient Http => _server!.Http;

    public async ValueTask InitializeAsync()
    {
        var model = new TinyModel();
        _repository
            .AddModel("lined-up", model, "original")
            .AddVariant("lined-up", "original", model, Manifest("original", 79.538, 93.923, 100, 0, 0, 4.44, 10.0))
            .AddVariant("lined-up", "fp16", model, Manifest("fp16", 79.538, 94.0, 99.692, 1, 1, 4.497, 5.9))
            .AddVariant("lined-up", "int8", model, Manifest("int8", 79.615, 93.846, 97.462, 9, 10, 2.509, 3.28))
            .AddVariant("lined-up", "int8-published", model, Manifest("int8-published", 77.923, 93.692, 92.846, 39, 18, 2.458, 3.2))
            .AddVariant("lined-up", "pruned", model, Manifest("pruned", 76.9, 93.0, 90.1, 62, 28, 4.4, 5.6))
            .AddVariant("lined-up", "pruned-int8", model, Manifest("pruned-int8", 76.7, 92.8, 89.6, 66, 29, 2.52, 2.1) with { PackedBytes = 1_700_000 })
            .AddVariant("lined-up", "pruned-channels", model)
            .AddModel("unknown", model, "original", "int8");
        foreach (var unserved in (string[])["unserved", "unserved-phone"])
        {
            _repository
                .AddModel(unserved, model, "original")
                .AddVariant(unserved, "original", model, Manifest("original", 79.538, 93.923, 100, 0, 0, 4.44, 10.0))
                .AddVariant(unserved, "int8", model, Manifest("int8", 79.615, 93.846, 97.462, 9, 10, 2.509, 3.28));
        }

        _server = await ServerProcess.StartReadyAsync("Frontend", _repository.Root);

        // A first visitor, who waits for code to be compiled; times are measured from the second on.
        await _server.Http.GetStringAsync(new Uri("/measure", UriKind.Relative));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _repository.Dispose();
    }

    /// <summary>Has a variant classify pictures, one after the other.</summary>
    internal async Task ClassifyAsync(string variant, int pictures, string model = "lined-up")
    {
        var picture = TestImages.Plain(250, 10, 10);
        for (var i = 0; i < pictures; i++)
        {
            using var content = new ByteArrayContent(picture);
            using var answer = await Http.PostAsync(
                new Uri($"/api/models/{model}/variants/{variant}/classify", UriKind.Relative), content, TestContext.Current.CancellationToken);
            answer.EnsureSuccessStatusCode();
        }
    }

    private static VariantManifest Manifest(
        string name, double top1, double top5, double agreement, int rightToWrong, int wrongToRight, double milliseconds, double mebibytes) => new()
        {
            Name = name,
            CompressedBytes = (long)(mebibytes * (1 << 20)),
            Evaluation = new()
            {
                DataSet = "labelled.zip",
                Images = 1300,
                Geometry = "crop 224",
                Top1 = top1,
                Top5 = top5,
                Agreement = agreement,
                Kl = 0.006,
                RightToWrong = rightToWrong,
                WrongToRight = wrongToRight,
                McNemarP = 0.5,
                MeanMs = milliseconds,
                P50Ms = milliseconds,
                Cpu = new() { Name = "a processor" },
            },
        };
}
