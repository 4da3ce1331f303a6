using System.Text;
using System.Text.Json;
using Lineup.Training.Recipes;

namespace Lineup.Training.Tests.Recipes;

public sealed class RecipeFileTests
{
    private const string Sound = """
        {
          "name": "small",
          "data": { "name": "colours", "classes": ["red", "blue"] },
          "input": { "width": 8, "height": 8 },
          "network": { "stem": 4, "stages": [{ "width": 8, "blocks": 1, "downsample": "averagePool" }] },
          "schedule": { "peak": 0.1, "decay": "linear" },
          "optimizer": { "kind": "adamW" },
          "batch": 4,
          "epochs": 2
        }
        """;

    [Fact]
    public void Parse_OfSoundRecipe_ReadsIt()
    {
        var recipe = Parse(Sound);

        Assert.Equal(("small", 4, OptimizerKind.AdamW, 1), (recipe.Name, recipe.Batch, recipe.Optimizer.Kind, recipe.Seed));
    }

    [Fact]
    public void Parse_OfWhatWasWritten_GivesSameRecipe()
    {
        var written = JsonSerializer.Serialize(Parse(Sound), RecipeFile.Json);

        Assert.Equal(written, JsonSerializer.Serialize(Parse(written), RecipeFile.Json));
    }

    [Fact]
    public void Parse_OfUnknownField_NamesIt()
    {
        var error = Assert.Throws<TrainingException>(() => Parse(Sound.Replace("\"batch\"", "\"bach\": 1, \"batch\"")));

        Assert.Contains("bach", error.Message);
    }

    [Fact]
    public void Parse_OfMissingField_NamesIt()
    {
        var error = Assert.Throws<TrainingException>(() => Parse(Sound.Replace("\"epochs\": 2", "\"seed\": 2")));

        Assert.Contains("epochs", error.Message);
    }

    [Fact]
    public void Parse_OfManyMistakes_NamesEach()
    {
        var broken = Sound.Replace("\"small\"", "\"Not a name\"").Replace("0.1", "-1").Replace("\"batch\": 4", "\"batch\": 0").Replace("\"blue\"", "\"red\"")
            .Replace("\"stem\": 4", "\"stem\": 1").Replace("\"kind\": \"adamW\"", "\"momentum\": 1").Replace("\"width\": 8, \"height\": 8", "\"width\": 9, \"height\": 8");

        var error = Assert.Throws<TrainingException>(() => Parse(broken));

        foreach (var name in new[] { "Not a name", "schedule.peak", "batch", "a class twice", "network.stem", "optimizer.momentum", "cannot halve" })
            Assert.Contains(name, error.Message);
    }

    [Fact]
    public void Parse_OfNoJson_SaysSo() => Assert.Contains("is no recipe", Assert.Throws<TrainingException>(() => Parse("batch: 4")).Message);

    [Fact]
    public void Read_OfMissingFile_SaysSo() =>
        Assert.Contains("none.json", Assert.Throws<TrainingException>(() => RecipeFile.Read("none.json")).Message);

    private static TrainingRecipe Parse(string json) => RecipeFile.Parse(Encoding.UTF8.GetBytes(json), "recipe.json");
}
