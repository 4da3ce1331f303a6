using System.Text.Json;
using Lineup.EndToEnd.Tests.Hosting;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Lineup.TestSupport;

namespace Lineup.EndToEnd.Tests.RealModels;

/// <summary>The model that comes with Lineup: real inference on every machine, with nothing pulled.</summary>
public sealed class DefaultModelTests(DefaultModelFixture frontend) : IClassFixture<DefaultModelFixture>
{
    public static TheoryData<string> Things => ["airplane", "automobile", "ship", "truck"];

    [Theory]
    [MemberData(nameof(Things))]
    public async Task Compare_OfOrdinaryPicture_GetsItRightInEveryVariant(string thing)
    {
        using var response = await frontend.Http.CompareAsync(DefaultModelFixture.Name, Picture(thing), "?load=true");

        var variants = (await response.OkAsync()).List("variants");
        Assert.Equal(frontend.Variants, variants.Select(variant => variant.Text("variant")));
        Assert.All(variants, variant => Assert.Equal(thing, variant.TopLabel()));
    }

    [Fact]
    public void Model_AsItComes_IsSmallAndUnchanged()
    {
        var store = new ModelStore(DefaultModelFixture.Folder);

        var model = Assert.Single(store.Scan().Models, model => model.Manifest.Name == DefaultModelFixture.Name);

        Assert.InRange(model.Variants[0].FileBytes, 1, 2 << 20);
        Assert.True(model.Variants.Sum(variant => variant.FileBytes) < 8 << 20);
        Assert.All(model.Variants, variant => Assert.Equal(variant.Manifest.Sha256, DefaultModelFixture.Sha256(variant.FilePath)));
    }

    [Fact]
    public void Model_AsItComes_IsWhatItsRecipeAndItsLogSay()
    {
        var model = Assert.Single(new ModelStore(DefaultModelFixture.Folder).Scan().Models, model => model.Manifest.Name == DefaultModelFixture.Name);
        var log = File.ReadAllLines(Path.Combine(model.Folder, "training.jsonl"));
        var recipe = JsonDocument.Parse(File.ReadAllText(Path.Combine(DefaultModelFixture.Folder, "recipes", $"{DefaultModelFixture.Name}.json"))).RootElement;

        Assert.Equal(recipe.GetProperty("epochs").GetInt32(), log.Length);
        Assert.Equal(
            recipe.GetProperty("data").GetProperty("classes").EnumerateArray().Select(label => label.GetString()),
            ClassLabels.Load(model.Variants[0].LabelsPath!).Select(label => label.Name));

        // Measured while it was trained, and again through serving's own preprocessing: a picture or two may differ.
        var trained = JsonDocument.Parse(log[^1]).RootElement.GetProperty("averagedTestTop1").GetDouble();
        Assert.Equal(100 * trained, model.Variants[0].Manifest.Evaluation!.Top1, 0.05);
    }

    private static byte[] Picture(string thing) => thing switch
    {
        "airplane" => Drawings.Airplane(),
        "automobile" => Drawings.Automobile(),
        "ship" => Drawings.Ship(),
        _ => Drawings.Truck(),
    };
}
