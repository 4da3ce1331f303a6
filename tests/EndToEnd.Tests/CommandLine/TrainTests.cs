using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.CommandLine;

/// <summary><c>lineup train</c> and <c>lineup retrain</c> as processes; what runs do inside is tested in Training.Tests.</summary>
public sealed class TrainTests : IDisposable
{
    private static readonly string[] Classes = ["red", "green", "blue"];

    private readonly string _folder = Directory.CreateTempSubdirectory("lineup-train-").FullName;

    private string Repository => Path.Combine(_folder, "models");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Train_ThenPruneAndRetrain_MakesVariantsThatTellTheClassesApart()
    {
        var (recipe, pictures) = (WriteRecipe(), WritePictures());
        await SucceedAsync("train", "--recipe", recipe, "--data", pictures, "--output", Path.Combine(_folder, "run"));
        await SucceedAsync("compress", "colours", "--variants", "pruned", "--sparsity", "0.8", "--pruning", "magnitude", "--force", "--calibration", Path.Combine(pictures, "train"));

        await SucceedAsync("retrain", "colours/pruned-80-magnitude", "--data", pictures, "--epochs", "3", "--rate", "0.01", "--output", Path.Combine(_folder, "again"));

        var log = await SucceedAsync("evaluate", "colours", "--data", Path.Combine(pictures, "test"), "--output", Path.Combine(_folder, "report"));
        foreach (var variant in new[] { "original", "pruned-80-magnitude-retrained" })
            Assert.Contains($"\n{variant}\t100.0\t", log, StringComparison.Ordinal);
        var manifest = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(Repository, "colours", "pruned-80-magnitude-retrained", "variant.json")));
        Assert.Equal(0.8, manifest.GetProperty("sparsity").GetDouble(), 0.02);
        Assert.True(File.Exists(Path.Combine(Repository, "colours", "training.jsonl")), "the log of the run lies beside the model");
    }

    [Theory]
    [InlineData("nowhere.json", "train", "--recipe", "nowhere.json", "--data", "pictures.zip")]
    [InlineData("MODEL/VARIANT", "retrain", "tiny", "--data", "pictures.zip")]
    public async Task Command_CannotBeDone_SaysWhyInOneLine(string named, params string[] arguments)
    {
        var (exitCode, log) = await ServerProcess.RunAsync("lineup.dll", arguments);

        Assert.True(exitCode == 1, log);
        Assert.Contains(named, log, StringComparison.Ordinal);
        Assert.Single(log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Theory]
    [InlineData("train", "--recipe", "a.json", "--data", "b.zip", "--epochs", "0")]
    [InlineData("compress", "tiny", "--variants", "int8", "--count", "0")]
    public async Task Command_NumberBelowOne_IsAWrongCommandLine(params string[] arguments) =>
        Assert.Equal(2, (await ServerProcess.RunAsync("lineup.dll", arguments)).ExitCode);

    private async Task<string> SucceedAsync(params string[] arguments)
    {
        var (exitCode, log) = await ServerProcess.RunAsync("lineup.dll", [.. arguments, "--repository", Repository]);
        Assert.True(exitCode == 0, log);
        return log;
    }

    private string WriteRecipe()
    {
        var path = Path.Combine(_folder, "colours.json");
        File.WriteAllText(path, """
            {
              "schema": 1, "name": "colours", "title": "Strongest colour", "architecture": "ResNet", "license": "Apache-2.0",
              "data": { "name": "colours", "classes": ["red", "green", "blue"] },
              "input": { "width": 16, "height": 16, "resizeShorterSide": 16, "centerCrop": 16, "scale": "1/255", "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25] },
              "network": { "stem": 8, "stages": [{ "width": 12, "blocks": 1, "downsample": "maxPool" }] },
              "augmentation": { "shift": 2, "flip": true },
              "schedule": { "peak": 0.05, "warmUpEpochs": 1 },
              "batch": 16, "epochs": 5
            }
            """);
        return path;
    }

    private string WritePictures()
    {
        var (pictures, shades) = (Path.Combine(_folder, "pictures"), new Random(1));
        foreach (var (part, count) in new[] { ("train", 60), ("test", 10) })
        {
            foreach (var (strongest, name) in Classes.Index())
            {
                var folder = Directory.CreateDirectory(Path.Combine(pictures, part, name)).FullName;
                for (var i = 0; i < count; i++)
                    File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), TestImages.Plain(Shade(strongest == 0), Shade(strongest == 1), Shade(strongest == 2), side: 24));
            }
        }

        return pictures;

        byte Shade(bool bright) => (byte)(bright ? shades.Next(150, 256) : shades.Next(0, 110));
    }
}
