using System.Text.Json.Nodes;
using Lineup.Compression.Evaluation;

namespace Lineup.Compression.Tests.Evaluation;

public sealed class EvaluationRecordsTests : IDisposable
{
    private readonly EvaluationScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Save_NoVariantJson_MakesOneThatIsSound()
    {
        var report = await _scene.EvaluateAsync();

        await EvaluationRecords.SaveAsync(_scene.Stored, report, TestContext.Current.CancellationToken);

        var lookup = _scene.Store.Find(EvaluationScene.Model, "blind");
        Assert.Equal(report.Variants[1].Sha256, lookup.Variant!.Manifest.Sha256);
        var evaluation = lookup.Variant.Manifest.Evaluation!;
        Assert.Equal((3, 1, 0.625), (evaluation.RightToWrong, evaluation.WrongToRight, evaluation.McNemarP));
        Assert.Equal((7, "scale to 32x32"), (evaluation.Images, evaluation.Geometry));
        Assert.Equal(42.857, evaluation.Top1);
        Assert.Equal(report.Cpu.Name, evaluation.Cpu.Name);
    }

    [Fact]
    public async Task Save_VariantJsonWithUnknownFields_KeepsThemInPlace()
    {
        var path = _scene.VariantJson("blind");
        await WriteAsync(path, """
            {
              // made by a later version
              "schema": 1, "Name": "blind", "precision": "int8",
              "recipe": { "kind": "compress", "passes": [ { "name": "calibrate", "seed": 9007199254740993 } ] },
              "tags": ["a", "b"], "evaluation": { "old": true, "dataSet": "x", "images": 1, "geometry": "", "top1": 1, "top5": 1,
                "agreement": 1, "kl": 0, "rightToWrong": 0, "wrongToRight": 0, "mcnemarP": 1, "meanMs": 1, "p50Ms": 1, "cpu": { "name": "" } },
            }
            """);
        var report = await _scene.EvaluateAsync();

        await EvaluationRecords.SaveAsync(_scene.Stored, report, TestContext.Current.CancellationToken);

        var saved = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!.AsObject();
        Assert.Equal(["schema", "Name", "precision", "recipe", "tags"], saved.Select(field => field.Key).Take(5));
        Assert.Equal("9007199254740993", saved["recipe"]!["passes"]![0]!["seed"]!.ToJsonString());
        Assert.Equal("""["a","b"]""", saved["tags"]!.ToJsonString());
        Assert.Null(saved["evaluation"]!["old"]);
        Assert.Equal(7, (int)saved["evaluation"]!["images"]!);
        Assert.Equal("int8", _scene.Store.Find(EvaluationScene.Model, "blind").Variant!.Manifest.Precision);
    }

    [Fact]
    public async Task Save_Twice_GivesTheSameFileButForTimes()
    {
        var report = await _scene.EvaluateAsync();
        await EvaluationRecords.SaveAsync(_scene.Stored, report, TestContext.Current.CancellationToken);
        var first = await File.ReadAllTextAsync(_scene.VariantJson("original"), TestContext.Current.CancellationToken);

        await EvaluationRecords.SaveAsync(_scene.Stored, report, TestContext.Current.CancellationToken);

        Assert.Equal(first, await File.ReadAllTextAsync(_scene.VariantJson("original"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Save_ManifestBrokenSince_SaysWhichAndLeavesIt()
    {
        var stored = _scene.Stored;
        var report = await _scene.EvaluateAsync();
        await WriteAsync(_scene.VariantJson("blind"), "{ oops");

        var saving = EvaluationRecords.SaveAsync(stored, report, TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<EvaluationException>(() => saving);
        Assert.Contains("tiny/blind", error.Message, StringComparison.Ordinal);
        Assert.Equal("{ oops", await File.ReadAllTextAsync(_scene.VariantJson("blind"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Save_Cancelled_LeavesNothingBehind()
    {
        var report = await _scene.EvaluateAsync();

        var saving = EvaluationRecords.SaveAsync(_scene.Stored, report, new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);
        Assert.Equal(["model.onnx"], Directory.EnumerateFiles(Path.GetDirectoryName(_scene.VariantJson("blind"))!).Select(Path.GetFileName));
    }

    private static Task WriteAsync(string path, string text) => File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
}
